import { statementText } from '../../../shared/causes/why-statements.ts';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { demoKey } from '../../../src-main/demo/identity.ts';
import { SHOWN_CAUSES } from '../../../src-main/demo/shown-causes.ts';
import { nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import { TABLE_PROTOCOLS } from '../../../shared/model/table.ts';
import { eventually } from '../../support/eventually.ts';
import { countHeld } from '../../support/held-resources.ts';
import { LOOPBACK_FLAGS, startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

/** A failed dial is repeated after the 35 s of the dial history. */
const DEMO_MS = 180_000;

const startDemo = (): Promise<Application> => applications.start('demo', '--demo');

describe('the demo', () => {
  test(
    'gives our node inbound and outbound peers, tables, traffic and causes',
    async () => {
      const { backend } = await startDemo();
      await eventually('peers both ways', async () => {
        const { inbound, outbound } = backend.status().peers;
        return (inbound >= 3 && outbound >= 3) || undefined;
      });
      await eventually('tables of both protocols', async () => {
        const [v4 = 0, v5 = 0] = TABLE_PROTOCOLS.map((protocol) => backend.discovery.table(protocol).entries);
        return (v4 > 8 && v5 > 2) || undefined;
      });
      for (const row of backend.peers()) {
        expect(row.name).toMatch(/\/demo-[a-z]+\/v\d/);
        expect(row.ip).toMatch(/^(127\.|::1$)/);
      }
      await eventually('announcements', async () => {
        const names = backend.peers().flatMap((row) => backend.peerDetail(row.id)?.messages ?? []);
        return (
          names.some((message) => message.name === 'NewPooledTransactionHashes' && message.in > 0) ||
          undefined
        );
      });
      await eventually('latencies from near to far', async () => {
        const latencies = backend.peers().flatMap(({ latencyMs }) => latencyMs ?? []);
        return (latencies.some((ms) => ms < 30) && latencies.some((ms) => ms > 60)) || undefined;
      });
      await eventually('refusals by nodes that are full', async () => {
        return backend.dials().some((outcome) => outcome.code === 'too-many-peers') || undefined;
      });
      const { health, network, identity } = backend.status();
      // The delay of the event loop depends on the load of the machine.
      expect(health.filter(({ id, state }) => state === 'bad' && id !== 'event-loop')).toEqual([]);
      expect(network).toMatchObject({ name: 'demo', demo: true });
      expect(identity.enode).toMatch(/@127\.0\.0\.1:\d+$/);
      expect(JSON.stringify(backend.status())).not.toContain(
        await readFile(applications.path('demo', 'nodekey'), 'utf8'),
      );
    },
    DEMO_MS,
  );

  test(
    'has a node for each cause of the funnel, and stores past sessions',
    async () => {
      const { backend } = await startDemo();
      const open = new Map(
        Object.entries(SHOWN_CAUSES).map(([code, name]) => [
          code,
          bytesToHex(nodeIdOf(publicKeyOf(demoKey(name)))),
        ]),
      );
      // Some causes pass: a node connects again, and fails in another way.
      await eventually(
        'each cause at its node',
        async () => {
          for (const [code, idHex] of open)
            if (backend.why.trace(idHex).cause?.code === code) open.delete(code);
          if (open.size > 0) throw new Error(`missing: ${[...open.keys()].join(', ')}`);
          return Promise.resolve(true);
        },
        { timeoutMs: DEMO_MS - 30_000 },
      );
      const { steps, nodes } = await eventually(
        'most nodes that refuse are full',
        async () => {
          const snapshot = backend.why.snapshot('10m', 'hello', 'too-many-peers');
          return snapshot.statements.map(statementText).join(' ').includes('full') ? snapshot : undefined;
        },
        { timeoutMs: 20_000 },
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
    DEMO_MS,
  );

  test(
    'finds nodes by v4, by v5 and by the DNS list, and some by one of them alone',
    { timeout: DEMO_MS },
    async () => {
      const { backend } = await startDemo();
      const sourcesOf = (tree: string): Promise<readonly string[]> =>
        eventually(
          `a session with ${tree}`,
          async () => {
            const row = backend.peers().find(({ name }) => name.includes(`/demo-${tree}/`));
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
        // A lookup near our own ID needs one round, because our table has all nodes there.
        await eventually(`a lookup by ${protocol} that finds 16 nodes in three rounds or more`, async () => {
          const { rounds, closest } = await backend.discovery.lookup(protocol, null);
          return (rounds >= 3 && closest.length === 16) || undefined;
        });
      }
      await eventually('trees read to their end', async () => {
        const [tree] = backend.discovery.dnsTrees();
        return (tree?.state === 'synced' && tree.missing === 0) || undefined;
      });
      expect(backend.discovery.dnsTrees()).toMatchObject([{ source: 'network', refused: 0, failure: null }]);
    },
  );

  test('sends a TALKREQ on request, and decodes and finds ENRs', async () => {
    const { backend, api } = await startDemo();
    const entry = await eventually('a node of our chain in the table of v5', async () =>
      backend.discovery
        .table('v5')
        .buckets.flatMap(({ entries }) => entries)
        .find(({ fork, tcp }) => fork === 'ours' && tcp > 0),
    );
    const talk = (protocol: string, node = entry.enr) =>
      api.call('discovery.talk', { node, protocol, payload: 'c0ffee' });
    // On a loaded machine an answer may be late.
    const answer = await eventually('an answer', async () => {
      const reply = await talk('echo');
      return reply.ok ? reply : undefined;
    });
    expect(answer).toMatchObject({ result: { response: 'c0ffee' } });
    expect(await talk('0x6563686f', entry.id)).toMatchObject({ ok: true, result: { response: 'c0ffee' } });
    expect(await talk('unknown protocol')).toMatchObject({ ok: true, result: { response: '' } });
    expect(await talk('echo', 'ab'.repeat(32))).toMatchObject({
      ok: false,
      error: { code: 'invalid-node', field: 'node' },
    });
    expect(await api.call('records.decode', { text: entry.enr })).toMatchObject({
      ok: true,
      result: {
        id: entry.id,
        entries: [{ key: 'eth', meaning: expect.any(String) as string }, {}, {}, {}, {}, {}],
      },
    });
    expect(await backend.discv5.findRecord(entry.id)).toMatch(/^enr:/);
    expect(backend.discv5.recordOf(entry.id)).toMatch(/^enr:/);
    expect(await backend.discv5.findRecord('ab'.repeat(32))).toBeNull();
    expect(backend.discovery.counters('v5').v5?.handshakes).toBeGreaterThan(0);
    await backend.stop();
    expect(await talk('echo')).toMatchObject({ ok: false, error: { code: 'not-running' } });
  });

  test(
    'is crawled by each protocol, and exports the nodes that were found',
    async () => {
      const { backend, api } = await startDemo();
      const allNodes = {
        ip: null,
        minAge: null,
        ethNetwork: null,
        snap: false,
        dialable: false,
        limit: null,
      };
      expect(await api.call('crawl.export', allNodes)).toMatchObject({ ok: false });
      for (const protocol of TABLE_PROTOCOLS) {
        expect(await api.call('crawl.start', { protocol, seconds: 60, nodes: null })).toMatchObject({
          ok: true,
          result: { protocol, state: 'running' },
        });
        await eventually(`nodes by ${protocol}`, async () => {
          const status = backend.crawl.status();
          return ((status?.protocol === protocol && status.nodes) || 0) >= 5 || undefined;
        });
        expect(backend.crawl.stop()).toMatchObject({ state: 'stopped', failure: null });
      }
      const own = await api.call('crawl.export', { ...allNodes, ethNetwork: 'own', limit: 3 });
      expect(own).toMatchObject({ ok: true, result: { count: 3, fileName: 'nodes.json' } });
    },
    DEMO_MS,
  );

  test('has nodes that only a static entry reaches, and keeps the entry across a restart', async () => {
    const first = await startDemo();
    const [enode = ''] = (await readFile(applications.path('demo', 'demo-nodes.txt'), 'utf8')).split('\n');
    const entry = await first.backend.lists.add({ list: 'static', text: enode, label: 'willow' });
    const connected = (node: Application): Promise<string> =>
      eventually('a session with the static node', async () => {
        const row = node.backend.peers().find(({ id }) => id === entry.id);
        return row?.stage === 'running' ? `${String(row.kind.static)} ${String(row.label)}` : undefined;
      });
    expect(await connected(first)).toBe('true willow');
    const { id } = first.backend.status().identity;
    await first.stop();

    const second = await startDemo();
    expect(second.backend.status().identity.id).toBe(id);
    expect(second.backend.lists.all().static).toMatchObject([{ id: entry.id, label: 'willow' }]);
    expect(await connected(second)).toBe('true willow');
  });

  test('answers API requests while the node is stopped, and connects again after a start', async () => {
    const { backend, api } = await startDemo();
    await backend.stop();
    expect(backend.status()).toMatchObject({ phase: 'stopped', listening: [], peers: { total: 0 } });
    expect(await api.call('discovery.lookup', { protocol: 'v4', target: null })).toMatchObject({
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

test('an application that has stopped leaves no socket, timer or file open', async () => {
  const open = (): number => countHeld(/^(UDP|TCP|Pipe|FS|Timeout)/i);
  const before = open();
  const application = await startDemo();
  await eventually('peers', async () => application.backend.status().peers.total > 3 || undefined);
  expect(open()).toBeGreaterThan(before + 20);
  await application.stop();
  await eventually('as few as before', async () => open() <= before || undefined);
});

describe('a single node', () => {
  test('applies changed settings immediately, and keeps them across a restart', async () => {
    const first = await applications.start('ours', '--maxpeers', '9');
    const { backend } = first;
    expect(backend.status().limits).toMatchObject({ maxPeers: 9, maxDialed: 3, maxInbound: 6 });
    await backend.settings.update({ maxPeers: 30, logLevel: 'debug' });
    expect(backend.status().limits).toMatchObject({ maxPeers: 30 });
    await first.stop();
    const again = await applications.start('ours');
    expect(again.backend.status().limits).toMatchObject({ maxPeers: 30 });
    expect(again.backend.settings.views().find(({ key }) => key === 'logLevel')).toMatchObject({
      value: 'debug',
      source: 'file',
      pending: false,
    });
  });

  test('names the wrong field of a list entry, and the wrong line of many', async () => {
    const { backend, api } = await applications.start('ours');
    const bad = await api.call('nodes.add', { list: 'static', text: 'enode://12@1.2.3.4:5', label: null });
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid-node', field: 'text' } });
    const own = await api.call('nodes.add', {
      list: 'static',
      text: backend.status().identity.enode,
      label: null,
    });
    expect(own).toMatchObject({ ok: false, error: { code: 'invalid-node' } });
    const { nodes } = await backend.pasted.preview('trusted', 'nonsense\n');
    expect(nodes).toMatchObject([{ line: 1, column: 1, state: 'refused' }]);
    expect(backend.lists.all()).toEqual({ bootnodes: [], static: [], trusted: [] });
  });

  test('puts its address and port into ENR and enode URL', async () => {
    const { backend } = await applications.start('ours', '--nat', 'extip:127.0.0.9');
    const { identity, listening, external, capabilities } = backend.status();
    const port = listening.find(({ protocol }) => protocol === 'tcp')!.port;
    expect(identity.enode).toMatch(new RegExp(`@127\\.0\\.0\\.9:${String(port)}(\\?discport=\\d+)?$`));
    expect(external).toEqual([{ ip: '127.0.0.9', source: 'flag', votes: 0 }]);
    expect(capabilities).toEqual(['eth/68', 'eth/69', 'eth/70', 'eth/71']);
  });

  test('reports why it cannot start, and leaves nothing open', async () => {
    const first = await applications.start('ours');
    const port = String(first.backend.status().listening[0]!.port);
    const flags = [...LOOPBACK_FLAGS, '--port', port, '--nodiscover'];
    const second = await applications.compose('other', flags);
    await expect(second.start()).rejects.toMatchObject({ code: 'port-in-use' });
    expect(second.backend.status()).toMatchObject({ phase: 'failed', failure: { code: 'port-in-use' } });
    await expect(applications.compose('other', flags)).rejects.toMatchObject({ code: 'folder-in-use' });
    await second.stop();
    // The lock of the data folder is released.
    await applications.compose('other', flags);
  });
});
