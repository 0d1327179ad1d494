import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ChainView } from '../../../shared/model/chain.ts';
import type { ComposerResult, ComposerTarget } from '../../../shared/model/composer.ts';
import type { PeerDetail } from '../../../shared/model/peer.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { parseNode } from '../../../src-main/node-record/node-factory.ts';
import { BLOCK_FILES } from '../../support/block-files.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeClient } from '../../support/fake-client.ts';
import { serveHttp, type FakeClientServer } from '../../support/fake-client-server.ts';
import { unhex } from '../../support/hex.ts';
import { CONFINED_FLAGS } from '../../support/start-flags.ts';
import { startedApplications } from '../../support/started-applications.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';

const applications = startedApplications();
const NETWORK = ['--genesis', BLOCK_FILES.testchainGenesis];
const QUIET = ['--nodiscover'];

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

/** A node on the network of the test chain that finds no others by itself. */
const start = (name: string, ...flags: readonly string[]): Promise<Application> =>
  applications.start(name, ...NETWORK, ...QUIET, ...flags);

const chainOf = ({ backend }: Application): ChainView => backend.chain();

/** A node without a chain, with a session with another node. */
async function peerOf(other: Application, name = 'peer') {
  const { enode, id } = other.backend.status().identity;
  const peer = await start(name, '--staticnodes', enode);
  const detail = (): PeerDetail | null => peer.backend.peerDetail(id);
  await eventually('a session', async () => (detail()?.row.stage === 'running' ? true : undefined));
  const ask = async <Result>(request: string, params: object): Promise<Result> => {
    const reply = await peer.api.call(request, params);
    if (!reply.ok) throw new Error(`${request}: ${reply.error.message}`);
    return reply.result as Result;
  };
  const { protocols } = await ask<ComposerTarget>('composer.messages', { node: id });
  const eth = protocols.find(({ protocol }) => protocol.startsWith('eth/'));
  const askHeaders = async (first: number, limit: number): Promise<string> => {
    const query = { startBlock: { number: String(first) }, limit: String(limit), skip: '0', reverse: false };
    const { summary } = await ask<ComposerResult>('composer.send', {
      ...{ node: id, protocol: eth?.protocol, raw: null, fields: { query } },
      code: eth?.messages.find((message) => message.name === 'GetBlockHeaders')?.code,
      ...{ confirmRaw: false, confirmListed: false },
    });
    return summary ?? '';
  };
  return { peer, id, detail, askHeaders };
}

const servedHeaders = (application: Application) =>
  chainOf(application).served.find(({ name }) => name === 'GetBlockHeaders');

describe('a node without a source', () => {
  test('announces the genesis block', async () => {
    const node = await start('node');
    expect(chainOf(node)).toMatchObject({
      source: { kind: 'none' },
      range: { earliest: '0', latest: '0' },
      ...{ cache: null, headTime: null },
    });
    const { detail, askHeaders } = await peerOf(node);
    expect(detail()?.status).toMatchObject({ latestBlock: '0' });
    expect(await askHeaders(5, 3)).toContain('none');
  });
});

describe('a node in front of a client', () => {
  async function clientAt(head: number, port = 0): Promise<{ client: FakeClient; server: FakeClientServer }> {
    const client = new FakeClient(chain, 'geth', head);
    const server = await serveHttp(client, {}, port);
    applications.atEnd(() => server.close());
    return { client, server };
  }

  test('has its head in Status and serves its headers, the second time from the cache', async () => {
    const { server } = await clientAt(600);
    const node = await start('node', '--sentry', server.address, '--sentry.header', 'X-Key: a-secret');
    expect(server.headers()['x-key']).toBe('a-secret');
    expect(chainOf(node)).toMatchObject({
      source: { kind: 'sentry', phase: 'connected', client: expect.stringContaining('Geth/') as unknown },
      range: { earliest: '0', latest: '600' },
      headTime: Number(chain.blocks[600]!.header.time) * 1_000,
    });
    const { detail, askHeaders, peer } = await peerOf(node);
    expect(detail()?.status).toMatchObject({ earliestBlock: '0', latestBlock: '600' });
    expect(detail()?.status?.forkId.hash).toBe('0x377aaa78');
    expect(await askHeaders(10, 5)).toContain('5 headers');
    expect(await askHeaders(10, 5)).toContain('5 headers');
    expect(chainOf(node).cache?.headers).toEqual({ hits: 5, misses: 5 });
    expect(servedHeaders(node)).toMatchObject({ asked: 2, served: 2, items: 10 });
    const { id } = peer.backend.status().identity;
    expect(node.backend.peerDetail(id)?.served).toMatchObject([{ name: 'GetBlockHeaders', items: 10 }]);
  });

  test('keeps sessions and range while the client is away, and follows it when it comes back', async () => {
    const { server, client } = await clientAt(500);
    const port = Number(new URL(server.address).port);
    const node = await start('node', '--sentry', server.address);
    const { detail, askHeaders } = await peerOf(node);
    const connectedAt = detail()?.row.connectedAt;
    await server.close();
    const away = await eventually('the client is away', async () => {
      const { source } = chainOf(node);
      return source.kind === 'sentry' && source.phase === 'away' ? source : undefined;
    });
    expect(away.failure?.code).toBe('connection-refused');
    expect(chainOf(node).range.latest).toBe('500');
    expect(await askHeaders(20, 4)).toContain('none');
    expect(servedHeaders(node)).toMatchObject({ failed: 1 });
    client.head = 600;
    const back = await serveHttp(client, {}, port);
    applications.atEnd(() => back.close());
    await eventually('the new head', async () => (chainOf(node).range.latest === '600' ? true : undefined));
    await eventually('its announcement', async () =>
      detail()?.row.latestBlock === '600' ? true : undefined,
    );
    expect(await askHeaders(598, 9)).toContain('3 headers');
    expect(detail()?.row.connectedAt).toBe(connectedAt);
  });

  test('starts while the client is away, and follows it again after a stop of the node', async () => {
    const { server, client } = await clientAt(600);
    const port = Number(new URL(server.address).port);
    await server.close();
    const node = await start('node', '--sentry', server.address);
    expect(chainOf(node)).toMatchObject({ source: { phase: 'away' }, range: { latest: '0' } });
    const forkOf = () => {
      const { identity, network } = node.backend.status();
      const inRecord = parseNode(identity.enr).record?.eth?.hash;
      return { inRecord: inRecord && unhex(inRecord), inStatus: network.forkId.hash };
    };
    const before = forkOf();
    expect(before.inRecord).toBe(before.inStatus);
    const back = await serveHttp(client, {}, port);
    applications.atEnd(() => back.close());
    const reached = () =>
      eventually('the head', async () => chainOf(node).range.latest === '600' || undefined);
    await reached();
    await eventually('the record', async () => forkOf().inRecord !== before.inRecord || undefined);
    expect(forkOf()).toEqual({ inRecord: '0x377aaa78', inStatus: '0x377aaa78' });
    await node.backend.stop();
    expect(chainOf(node)).toMatchObject({ source: { phase: 'stopped' }, served: [] });
    await node.backend.start();
    expect(chainOf(node)).toMatchObject({ source: { phase: 'connected' } });
  });

  test('shows no secret in settings, chain or log', async () => {
    const { server } = await clientAt(600);
    const url = `${server.address}/v3/a-secret`;
    const node = await start('node', '--sentry', url, '--sentry.header', 'Authorization: Bearer a-secret');
    await server.close();
    await eventually('the client is away', async () => {
      const { source } = chainOf(node);
      return (source.kind === 'sentry' && source.phase === 'away') || undefined;
    });
    const { backend } = node;
    const shown = [
      backend.settings.views(),
      chainOf(node),
      backend.logs.all(),
      backend.events.all(),
      backend.status(),
    ];
    expect(JSON.stringify(shown)).not.toContain('a-secret');
    const valueOf = (key: string) => backend.settings.views().find((view) => view.key === key)?.value;
    expect(valueOf('sentry')).toBe(`${server.address}/********`);
    expect(valueOf('sentryHeaders')).toEqual(['Authorization: ********']);
    // What a form sends back unchanged keeps the secret.
    await backend.settings.update({ sentryHeaders: ['Authorization: ********', 'X-Other: 1'] });
    const saved = JSON.parse(await readFile(applications.path('node', 'settings.json'), 'utf8')) as object;
    expect(saved).toMatchObject({ sentryHeaders: ['Authorization: Bearer a-secret', 'X-Other: 1'] });
  });
});

describe('a client that cannot be used', () => {
  const CONFINED = ['--addr', '127.0.0.1', '--port', '0', ...CONFINED_FLAGS];

  test('that is of another chain is not served, and health names both', async () => {
    const client = new FakeClient(chain, 'geth');
    const server = await serveHttp(client);
    applications.atEnd(() => server.close());
    const node = await applications.start('node', ...QUIET, '--network', 'hoodi', '--sentry', server.address);
    expect(chainOf(node)).toMatchObject({
      source: { phase: 'away', failure: { code: 'rpc-wrong-chain' } },
      range: { latest: '0' },
    });
    const check = node.backend.status().health.find(({ id }) => id === 'chain');
    expect(check).toMatchObject({ state: 'bad', title: 'Execution client is of another chain' });
    expect(check?.evidence).toContain(unhex(chain.network.genesisHash));
  });

  test('refuses the start with the setting at fault, which a window can change', async () => {
    const flags = [...CONFINED, ...NETWORK, '--chain', 'sentry'];
    await expect(applications.compose('node', flags)).rejects.toMatchObject({
      setting: 'sentry',
      message:
        'The chain source is sentry, but no execution client is set. The setting “Execution client” is not set, which is the default.',
    });
    const jwt = applications.path('none.hex');
    const withJwt = [...flags, '--sentry', 'http://127.0.0.1:1', '--sentry.jwt', jwt];
    await expect(applications.compose('node', withJwt)).rejects.toMatchObject({ setting: 'sentryJwt' });
    const desktop = await applications.compose('node', withJwt, { mode: 'desktop' });
    await expect(desktop.backend.start()).rejects.toThrow(`The file ${jwt} does not exist.`);
    expect(chainOf(desktop).source).toEqual({ kind: 'none' });
    await desktop.backend.settings.update({ sentryJwt: null });
    await expect(desktop.backend.start()).rejects.toMatchObject({ code: 'restart-needed' });
  });
});

describe('a node with an archive', () => {
  test('serves blocks while they are imported, and at the next start without the files', async () => {
    const node = await start('node', '--chain.import', BLOCK_FILES.testchainEre);
    const done = await eventually('the end of the import', async () => {
      const { source } = chainOf(node);
      return source.kind === 'archive' && source.import?.state === 'done' ? source : undefined;
    });
    expect(done).toMatchObject({ withoutReceipts: '0', import: { blocks: '601', failure: null } });
    const { detail, askHeaders } = await peerOf(node);
    expect(detail()?.status).toMatchObject({ latestBlock: '600' });
    expect(await askHeaders(599, 9)).toContain('2 headers');
    await node.stop();
    const again = await start('node', '--chain', 'archive');
    expect(chainOf(again)).toMatchObject({
      source: { kind: 'archive', import: null },
      range: { earliest: '0', latest: '600' },
      cache: null,
    });
  });

  test('refuses to start while an import of the command line has the archive', async () => {
    const store = await ArchiveStore.open(applications.path('node', 'chain'));
    applications.atEnd(() => store.close());
    const flags = ['--addr', '127.0.0.1', '--port', '0', ...CONFINED_FLAGS, ...NETWORK];
    await expect(applications.compose('node', [...flags, '--chain', 'archive'])).rejects.toMatchObject({
      ...{ setting: 'chain', code: 'folder-in-use' },
      message: expect.stringMatching(/^Another process uses the archive in /) as unknown,
    });
  });

  test('goes on when an import fails, and health says why', async () => {
    const file = applications.path('short.rlp');
    const whole = await readFile(BLOCK_FILES.testchainRlp);
    await writeFile(file, whole.subarray(0, whole.length - 100));
    const node = await start('node', '--chain.import', file);
    await eventually('the failure', async () => {
      const { source } = chainOf(node);
      return (source.kind === 'archive' && source.import?.state === 'failed') || undefined;
    });
    const { latest } = chainOf(node).range;
    expect(Number(latest)).toBeGreaterThan(590);
    const titles = node.backend.status().health.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['Import failed', 'Archive lacks receipts']));
    const { askHeaders } = await peerOf(node);
    expect(await askHeaders(Number(latest), 1)).toContain('1 header');
  });
});
