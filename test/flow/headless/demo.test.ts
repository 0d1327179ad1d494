import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Application } from '../../../src-main/compose/application.ts';
import { TABLE_PROTOCOLS } from '../../../shared/model/table.ts';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Two dozen nodes in one process take their time on a machine that is busy with other tests. */
const PATIENCE_MS = 90_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let application: Application | undefined;

async function start(...flags: string[]): Promise<Application> {
  const args = ['--datadir', folder.path, '--http.port', '0', ...flags];
  const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
  if (launch.kind !== 'run') throw new Error('not a command line to run');
  application = await compose(launch.options, {
    mode: 'headless',
    environment: {},
    logSinks: [],
    pageFolder: join(folder.path, 'no-page'),
  });
  await application.start();
  return application;
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await application?.stop();
  application = undefined;
  await folder.remove();
});

describe('the demo', () => {
  test(
    'gives our node peers of both directions, a table, traffic and honest causes',
    async () => {
      const { backend } = await start('--demo');
      await eventually('peers both ways', async () => {
        const { inbound, outbound } = backend.status().peers;
        return (inbound >= 3 && outbound >= 3) || undefined;
      });
      await eventually('tables of both protocols', async () => {
        const [v4 = 0, v5 = 0] = TABLE_PROTOCOLS.map((protocol) => backend.discovery.table(protocol).entries);
        return (v4 > 8 && v5 > 2) || undefined;
      });
      for (const row of backend.peers()) {
        expect(row.name).toMatch(/^Enodeck-demo\//);
        expect(row.ip).toMatch(/^(127\.|::1$)/);
      }
      await eventually('announcements', async () => {
        const names = backend.peers().flatMap((row) => backend.peerDetail(row.id)?.messages ?? []);
        return (
          names.some((message) => message.name === 'NewPooledTransactionHashes' && message.in > 0) ||
          undefined
        );
      });
      await eventually('refusals by nodes that are full', async () => {
        return backend.dials().some((outcome) => outcome.code === 'too-many-peers') || undefined;
      });
      const { health, network, identity } = backend.status();
      // How late the event loop is says how busy the machine of the tests is.
      expect(health.filter(({ id, state }) => state === 'bad' && id !== 'event-loop')).toEqual([]);
      expect(network).toMatchObject({ name: 'demo', demo: true });
      expect(identity.enode).toMatch(/@127\.0\.0\.1:\d+$/);
      expect(JSON.stringify(backend.status())).not.toContain(
        await readFile(join(folder.path, 'nodekey'), 'utf8'),
      );
    },
    PATIENCE_MS,
  );

  test(
    'has a cause for each step of the funnel, and remembers who came and went',
    async () => {
      const { backend } = await start('--demo');
      const causes = (): string[] =>
        backend.why.snapshot('10m', null, null).steps.flatMap((step) => step.causes.map(({ code }) => code));
      await eventually(
        'nodes that are silent, absent, full, and of another protocol, network or chain',
        async () => {
          const seen = causes();
          const wanted = ['silent', 'other-network', 'connection-refused', 'too-many-peers'];
          return (
            [...wanted, 'no-shared-protocol', 'wrong-network'].every((code) => seen.includes(code)) ||
            undefined
          );
        },
        { timeoutMs: PATIENCE_MS },
      );
      const { steps, nodes } = await eventually(
        'that most of those that say no are full',
        async () => {
          const snapshot = backend.why.snapshot('10m', 'hello', 'too-many-peers');
          return snapshot.meaning.join(' ').includes('full') ? snapshot : undefined;
        },
        { timeoutMs: PATIENCE_MS },
      );
      expect(steps.map(({ reached }) => reached)).toEqual(
        steps.map(({ reached }) => reached).sort((a, b) => b - a),
      );
      const [full] = nodes;
      expect(full).toMatchObject({ from: 'encrypted', to: 'hello', by: 'remote' });
      expect(backend.why.trace(full?.id ?? '')).toMatchObject({
        known: true,
        connected: false,
        cause: { code: 'too-many-peers', disconnectReason: 'too many peers' },
      });
      const page = await backend.sessions.page({ before: null, limit: 10, text: 'poplar', node: null });
      expect(page.records[0]).toMatchObject({ code: 'wrong-network', by: 'local' });
    },
    PATIENCE_MS,
  );

  // A dial that fails once is tried again after the 35 s of the dial history.
  test(
    'finds nodes by each protocol and by the node list, and some by one of them alone',
    { timeout: 90_000 },
    async () => {
      const { backend } = await start('--demo');
      const sourcesOf = (tree: string): Promise<readonly string[]> =>
        eventually(
          `a session with ${tree}`,
          async () => {
            const row = backend.peers().find(({ name }) => name.startsWith(`Enodeck-demo/${tree}/`));
            return row === undefined ? undefined : backend.peerDetail(row.id)?.sources;
          },
          { timeoutMs: 80_000 },
        );
      expect(await sourcesOf('walnut')).toEqual(['dns']);
      expect(await sourcesOf('elm')).not.toContain('v4');
      expect(await sourcesOf('fir')).not.toContain('v5');
      for (const protocol of TABLE_PROTOCOLS) {
        const { packets, enabled } = backend.discovery.counters(protocol);
        expect(enabled).toBe(true);
        expect(packets.every(({ packet }) => packet.startsWith('v5/') === (protocol === 'v5'))).toBe(true);
        const { closest } = await backend.discovery.lookup(protocol, null);
        expect(closest).toHaveLength(16);
      }
      await eventually('trees read to their end', async () => {
        const [tree] = backend.discovery.dnsTrees();
        return (tree?.state === 'synced' && tree.missing === 0) || undefined;
      });
      expect(backend.discovery.dnsTrees()).toMatchObject([{ source: 'network', refused: 0, failure: null }]);
    },
  );

  test('sends a TALKREQ by hand, and reads and finds records', async () => {
    const { backend, door } = await start('--demo');
    const entry = await eventually('a live node in the table of v5', async () =>
      backend.discovery
        .table('v5')
        .buckets.flatMap(({ entries }) => entries)
        .at(0),
    );
    const talk = (protocol: string, node = entry.enr) =>
      door.call('discovery.talk', { node, protocol, payload: 'c0ffee' });
    // A machine that is busy with other tests may miss the answer's time.
    const answer = await eventually('an answer', async () => {
      const reply = await talk('echo');
      return reply.ok ? reply : undefined;
    });
    expect(answer).toMatchObject({ result: { response: 'c0ffee' } });
    expect(await talk('0x6563686f', entry.id)).toMatchObject({ ok: true, result: { response: 'c0ffee' } });
    expect(await talk('nobody speaks it')).toMatchObject({ ok: true, result: { response: '' } });
    expect(await talk('echo', 'ab'.repeat(32))).toMatchObject({
      ok: false,
      error: { code: 'invalid-node', field: 'node' },
    });
    expect(await door.call('records.decode', { text: entry.enr })).toMatchObject({
      ok: true,
      result: {
        id: entry.id,
        entries: [{ key: 'eth', meaning: expect.any(String) as string }, {}, {}, {}, {}, {}],
      },
    });
    expect(await backend.discovery.findRecord(entry.id)).toMatch(/^enr:/);
    expect(backend.discovery.recordOf(entry.id)).toMatch(/^enr:/);
    expect(await backend.discovery.findRecord('ab'.repeat(32))).toBeNull();
    expect(backend.discovery.counters('v5').v5?.handshakes).toBeGreaterThan(0);
    await backend.stop();
    expect(await talk('echo')).toMatchObject({ ok: false, error: { code: 'not-running' } });
  });

  test(
    'is walked by each protocol, and hands out whom it met',
    async () => {
      const { backend, door } = await start('--demo');
      const everybody = {
        ip: null,
        minAge: null,
        ethNetwork: null,
        snap: false,
        dialable: false,
        limit: null,
      };
      expect(await door.call('crawl.export', everybody)).toMatchObject({ ok: false });
      for (const protocol of TABLE_PROTOCOLS) {
        expect(await door.call('crawl.start', { protocol, seconds: 60, nodes: null })).toMatchObject({
          ok: true,
          result: { protocol, state: 'running' },
        });
        await eventually(`nodes by ${protocol}`, async () => {
          const status = backend.crawl.status();
          return ((status?.protocol === protocol && status.nodes) || 0) >= 5 || undefined;
        });
        expect(backend.crawl.stop()).toMatchObject({ state: 'stopped', failure: null });
      }
      const own = await door.call('crawl.export', { ...everybody, ethNetwork: 'own', limit: 3 });
      expect(own).toMatchObject({ ok: true, result: { count: 3, fileName: 'nodes.json' } });
    },
    PATIENCE_MS,
  );

  test('has nodes that only a static entry reaches, and the entry outlives a restart', async () => {
    const first = await start('--demo');
    const [enode = ''] = (await readFile(join(folder.path, 'demo-nodes.txt'), 'utf8')).split('\n');
    const entry = await first.backend.lists.add({ list: 'static', text: enode, label: 'willow' });
    const connected = (node: Application): Promise<string> =>
      eventually('a session with the static node', async () => {
        const row = node.backend.peers().find(({ id }) => id === entry.id);
        return row?.stage === 'running' ? `${String(row.kind.static)} ${String(row.label)}` : undefined;
      });
    expect(await connected(first)).toBe('true willow');
    const { id } = first.backend.status().identity;
    await first.stop();

    const second = await start('--demo');
    expect(second.backend.status().identity.id).toBe(id);
    expect(second.backend.lists.all().static).toMatchObject([{ id: entry.id, label: 'willow' }]);
    expect(await connected(second)).toBe('true willow');
  });

  test('keeps its doors open while the node is stopped and started again', async () => {
    const { backend, door } = await start('--demo');
    await backend.stop();
    expect(backend.status()).toMatchObject({ phase: 'stopped', listening: [], peers: { total: 0 } });
    expect(await door.call('discovery.lookup', { protocol: 'v4', target: null })).toMatchObject({
      ok: false,
      error: { code: 'not-running' },
    });
    await backend.start();
    await eventually('peers again, both ways', async () => {
      const { inbound, outbound } = backend.status().peers;
      return (inbound > 0 && outbound > 0) || undefined;
    });
  });
});

test('a program that has stopped leaves no socket, timer or file open', async () => {
  const open = (): string[] =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /^(UDP|TCP|Pipe|FS|Timeout)/i.test(name))
      .sort();
  const before = open();
  const { backend } = await start('--demo');
  await eventually('peers', async () => backend.status().peers.total > 3 || undefined);
  expect(open().length).toBeGreaterThan(before.length + 20);
  await application?.stop();
  application = undefined;
  await eventually('as few as before', async () => open().length <= before.length || undefined, {
    timeoutMs: 5_000,
  });
});

describe('a node by itself', () => {
  const alone = [
    ...['--addr', '127.0.0.1', '--port', '0', '--nat', 'none'],
    ...['--bootnodes', '', '--netrestrict', '127.0.0.0/8', '--discovery.dns', ''],
  ];

  test('changes settings at once and keeps them', async () => {
    const { backend } = await start(...alone, '--maxpeers', '9');
    expect(backend.status().limits).toMatchObject({ maxPeers: 9, maxDialed: 3, maxInbound: 6 });
    await backend.settings.update({ maxPeers: 30, logLevel: 'debug' });
    expect(backend.status().limits).toMatchObject({ maxPeers: 30 });
    await application?.stop();
    const again = await start(...alone);
    expect(again.backend.status().limits).toMatchObject({ maxPeers: 30 });
    expect(again.backend.settings.views().find(({ key }) => key === 'logLevel')).toMatchObject({
      value: 'debug',
      source: 'file',
      pending: false,
    });
  });

  test('edits its lists with the field that is wrong, and takes imports whole', async () => {
    const { backend, door } = await start(...alone);
    const bad = await door.call('nodes.add', { list: 'static', text: 'enode://12@1.2.3.4:5', label: null });
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid-node', field: 'text' } });
    const own = await door.call('nodes.add', {
      list: 'static',
      text: backend.status().identity.enode,
      label: null,
    });
    expect(own).toMatchObject({ ok: false, error: { code: 'invalid-node' } });
    const imported = await backend.lists.import('trusted', 'nonsense\n', false);
    expect(imported).toMatchObject({ applied: false, errors: [{ line: 1 }] });
    expect(backend.lists.all()).toEqual({ bootnodes: [], static: [], trusted: [] });
  });

  test('says in its record and its enode where it listens', async () => {
    const { backend } = await start(...alone, '--nat', 'extip:127.0.0.9');
    const { identity, listening, external, capabilities } = backend.status();
    const port = listening.find(({ protocol }) => protocol === 'tcp')!.port;
    expect(identity.enode).toMatch(new RegExp(`@127\\.0\\.0\\.9:${String(port)}(\\?discport=\\d+)?$`));
    expect(external).toEqual([{ ip: '127.0.0.9', source: 'flag', votes: 0 }]);
    expect(capabilities).toEqual(['eth/68', 'eth/69']);
  });

  test('says why it cannot start, and leaves nothing open', async () => {
    const first = await start(...alone);
    const port = String(first.backend.status().listening[0]!.port);
    const other = await temporaryFolder();
    const args = [
      '--datadir',
      other.path,
      '--addr',
      '127.0.0.1',
      '--port',
      port,
      '--http.port',
      '0',
      '--nodiscover',
    ];
    const launch = parseCommandLine(args, {}, { mode: 'headless', version: '0' });
    if (launch.kind !== 'run') throw new Error('not a command line to run');
    const surroundings = { mode: 'headless', environment: {}, logSinks: [], pageFolder: '' } as const;
    const second = await compose(launch.options, surroundings);
    await expect(second.start()).rejects.toMatchObject({ code: 'port-in-use' });
    expect(second.backend.status()).toMatchObject({ phase: 'failed', failure: { code: 'port-in-use' } });
    await expect(compose(launch.options, surroundings)).rejects.toMatchObject({ code: 'folder-in-use' });
    await second.stop();
    // All is given back: the folder can be opened again.
    const third = await compose(launch.options, surroundings);
    await third.stop();
    await other.remove();
  });
});
