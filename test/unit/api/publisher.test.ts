import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiPush } from '../../../shared/api-channels.ts';
import { Publisher, REST_MS, type PushClient } from '../../../src-main/api/publisher.ts';
import { FakeBackend, peerRowOf } from '../../support/fake-backend.ts';
import { recordRow } from '../../support/record-row.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

class Page implements PushClient {
  readonly got: { id: number; push: ApiPush }[] = [];
  isReady = true;
  push(id: number, push: ApiPush): void {
    this.got.push({ id, push });
  }
  ready(): boolean {
    return this.isReady;
  }
  take(): ApiPush[] {
    return this.got.splice(0).map(({ push }) => push);
  }
}

let clock: VirtualClock;
let backend: FakeBackend;
let publisher: Publisher;
let page: Page;

beforeEach(() => {
  clock = new VirtualClock();
  backend = new FakeBackend();
  publisher = new Publisher(backend, clock, recordedLog().logger);
  page = new Page();
});

const [a, b, c] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string, string];

describe('the publisher', () => {
  test('sends a snapshot immediately, and then rows that were added, changed or removed', async () => {
    backend.rows = [peerRowOf(a), peerRowOf(b)];
    publisher.subscribe(page, 1, 'peers', {});
    expect(page.take()).toEqual([{ topic: 'peers', kind: 'snapshot', data: backend.rows }]);

    backend.rows = [peerRowOf(b, { bytesIn: 99 }), peerRowOf(c)];
    await clock.advance(250);
    expect(page.take()).toEqual([
      {
        topic: 'peers',
        kind: 'delta',
        data: { upserted: [peerRowOf(b, { bytesIn: 99 }), peerRowOf(c)], removed: [a] },
      },
    ]);
  });

  test('sends the served chain whole when it changed, twice a second at most', async () => {
    publisher.subscribe(page, 1, 'chain', {});
    expect(page.take()).toEqual([{ topic: 'chain', kind: 'snapshot', data: backend.servedChain }]);
    await clock.advance(500);
    expect(page.take()).toEqual([]);

    const range = { earliest: '0', latest: '600', latestHash: `0x${'44'.repeat(32)}` };
    backend.servedChain = { ...backend.servedChain, range };
    await clock.advance(500);
    expect(page.take()).toEqual([{ topic: 'chain', kind: 'delta', data: backend.servedChain }]);
  });

  test('hands commands to the page that were sent before it subscribed, and those after', async () => {
    backend.pageCommands.send({ kind: 'open-place', place: { view: 'logs' } });
    publisher.subscribe(page, 1, 'desktop.commands', {});
    expect(page.take()).toMatchObject([{ kind: 'snapshot', data: [{ seq: 1 }] }]);
    backend.pageCommands.taken(1);
    backend.pageCommands.send({ kind: 'run', command: 'keys' });
    await clock.advance(50);
    expect(page.take()).toMatchObject([{ kind: 'delta', data: [{ seq: 2, command: { command: 'keys' } }] }]);
  });

  test('reads the funnel and a trace at most once a second, and settings and bans when they change', async () => {
    publisher.subscribe(page, 1, 'why', { span: '1h', step: null, code: null });
    publisher.subscribe(page, 2, 'trace', { id: a });
    publisher.subscribe(page, 3, 'settings', {});
    publisher.subscribe(page, 4, 'bans', {});
    page.take();
    const [why, traced] = [backend.reads.why, backend.traced.length];
    await clock.advance(3_000);
    expect(backend.reads.why - why).toBe(3);
    expect(backend.traced.length - traced).toBe(3);
    expect(page.take()).toEqual([]);
    await backend.bans.add({ target: '192.0.2.1', duration: 'day', reason: '' });
    await backend.settings.update({ maxPeers: 7 });
    backend.banned = [...backend.banned];
    await clock.advance(500);
    expect(page.take().map(({ topic }) => topic)).toEqual(['settings', 'bans']);
  });

  test('sends all records when a file replaces the recording, and again when it is closed', async () => {
    const add = (): number => backend.recordings.add(recordRow(), new Uint8Array([0xc0]));
    for (let count = 0; count < 3; count++) add();
    const { text } = await backend.recorder.export({ format: 'jsonl', seqs: null, anonymous: false });
    backend.recordings.clear();
    const first = add();
    publisher.subscribe(page, 1, 'records', {});
    const seqsOf = (push: ApiPush | undefined): unknown =>
      push?.kind === 'snapshot' ? (push.data as { seq: number }[]).map(({ seq }) => seq) : push;
    expect(seqsOf(page.take()[0])).toEqual([first]);
    for (const name of ['one.jsonl', 'one.jsonl']) {
      await backend.recorder.import(name, text ?? '');
      await clock.advance(250);
      expect(page.take().map(seqsOf)).toEqual([[1, 2, 3]]);
    }
    backend.recorder.close();
    await clock.advance(250);
    expect(page.take().map(seqsOf)).toEqual([[first]]);
    const second = add();
    await clock.advance(250);
    expect(page.take()).toMatchObject([{ kind: 'delta', data: { appended: [{ seq: second }] } }]);
  });

  test('sends nothing while nothing changes', async () => {
    publisher.subscribe(page, 1, 'status', {});
    page.take();
    await clock.advance(10_000);
    expect(page.take()).toEqual([]);
  });

  test('sends any number of changes of a table at most four times per second', async () => {
    publisher.subscribe(page, 1, 'peers', {});
    page.take();
    for (let change = 0; change < 100; change += 1) {
      backend.rows = [peerRowOf(a, { bytesIn: change })];
      await clock.advance(10);
    }
    expect(page.take().length).toBeLessThanOrEqual(4);
  });

  test('does not read a topic without a subscription', async () => {
    publisher.subscribe(page, 1, 'status', {});
    publisher.unsubscribe(page, 1);
    const before = backend.reads.status;
    await clock.advance(60_000);
    expect(backend.reads.status).toBe(before);
    expect(clock.pendingTimers).toBe(0);
  });

  test('reads a topic once for all its subscriptions', async () => {
    const pages = Array.from({ length: 5 }, () => new Page());
    for (const one of pages) publisher.subscribe(one, 1, 'status', {});
    const before = backend.reads.status;
    backend.peersTotal = 9;
    await clock.advance(1_000);
    expect(backend.reads.status - before).toBe(1);
    for (const one of pages) expect(one.take().at(-1)).toMatchObject({ data: { peers: { total: 9 } } });
  });

  test('updates the earlier subscriptions when another one starts', async () => {
    backend.rows = [peerRowOf(a)];
    publisher.subscribe(page, 1, 'peers', {});
    page.take();
    backend.rows = [peerRowOf(a), peerRowOf(b)];
    const late = new Page();
    publisher.subscribe(late, 4, 'peers', {});
    expect(page.take()).toMatchObject([{ kind: 'delta', data: { upserted: [{ id: b }] } }]);
    expect(late.take()).toEqual([{ topic: 'peers', kind: 'snapshot', data: backend.rows }]);
    await clock.advance(1_000);
    expect(late.take()).toEqual([]);
  });

  test('sends each line after the snapshot once', async () => {
    const line = (seq: number) => ({
      seq,
      at: 0,
      level: 'info' as const,
      module: 'x',
      message: String(seq),
      fields: {},
    });
    backend.logLines = [line(1), line(2)];
    publisher.subscribe(page, 1, 'logs', {});
    backend.logLines = [...backend.logLines, line(3), line(4)];
    await clock.advance(250);
    await clock.advance(250);
    expect(page.take()).toEqual([
      { topic: 'logs', kind: 'snapshot', data: [line(1), line(2)] },
      { topic: 'logs', kind: 'delta', data: { appended: [line(3), line(4)] } },
    ]);
  });

  test('sends nothing to a client that is not ready, and a snapshot when it is ready', async () => {
    backend.rows = [peerRowOf(a)];
    publisher.subscribe(page, 1, 'peers', {});
    page.take();
    page.isReady = false;
    backend.rows = [peerRowOf(b)];
    await clock.advance(1_000);
    backend.rows = [peerRowOf(b), peerRowOf(c)];
    await clock.advance(1_000);
    expect(page.take()).toEqual([]);
    page.isReady = true;
    await clock.advance(REST_MS);
    expect(page.take()).toEqual([{ topic: 'peers', kind: 'snapshot', data: backend.rows }]);
    backend.rows = [peerRowOf(c)];
    await clock.advance(250);
    expect(page.take()).toMatchObject([{ kind: 'delta', data: { removed: [b] } }]);
  });

  test('sends what a client missed at once when it is told that the client is ready', async () => {
    backend.rows = [peerRowOf(a)];
    publisher.subscribe(page, 1, 'peers', {});
    page.isReady = false;
    await clock.advance(REST_MS + 250);
    page.take();
    publisher.wake();
    expect(page.take()).toEqual([]);
    page.isReady = true;
    backend.rows = [peerRowOf(b)];
    publisher.wake();
    expect(page.take()).toEqual([{ topic: 'peers', kind: 'snapshot', data: backend.rows }]);
    publisher.wake();
    expect(page.take()).toEqual([]);
    backend.rows = [];
    await clock.advance(250);
    expect(page.take()).toMatchObject([{ kind: 'delta', data: { removed: [b] } }]);
  });

  test('has one timer for all topics while no client is ready', async () => {
    const topics = ['peers', 'status', 'logs', 'desktop.commands'];
    for (const [id, topic] of topics.entries()) publisher.subscribe(page, id, topic, {});
    expect(clock.pendingTimers).toBe(topics.length);
    page.isReady = false;
    await clock.advance(1_000);
    expect(clock.pendingTimers).toBe(1);
    for (const id of topics.keys()) publisher.unsubscribe(page, id);
    expect(clock.pendingTimers).toBe(0);
  });

  test('serves a client at the interval of a topic that rested before it came', async () => {
    publisher.subscribe(page, 1, 'peers', {});
    page.isReady = false;
    await clock.advance(REST_MS);
    const late = new Page();
    publisher.subscribe(late, 1, 'peers', {});
    late.take();
    backend.rows = [peerRowOf(a)];
    await clock.advance(250);
    expect(late.take()).toMatchObject([{ kind: 'delta' }]);
  });

  test('does not read a topic while no client is ready', async () => {
    publisher.subscribe(page, 1, 'peers', {});
    page.isReady = false;
    const before = backend.reads.peers;
    await clock.advance(60_000);
    expect(backend.reads.peers).toBe(before);
  });

  test('sends one peer by its parameters, and null after it disconnected', async () => {
    backend.rows = [peerRowOf(a)];
    publisher.subscribe(page, 1, 'peer', { id: a });
    expect(page.take()).toMatchObject([{ kind: 'snapshot', data: { row: { id: a } } }]);
    backend.rows = [];
    await clock.advance(500);
    expect(page.take()).toEqual([{ topic: 'peer', kind: 'delta', data: null }]);
  });

  test.each([
    ['nothing', {}, 'unknown-topic'],
    ['hasOwnProperty', {}, 'unknown-topic'],
    ['peer', {}, 'invalid-parameters'],
    ['peers', { id: a }, 'invalid-parameters'],
  ])('refuses topic %s with %j', (topic, params, code) => {
    expect(() => {
      publisher.subscribe(page, 1, topic, params);
    }).toThrow(expect.objectContaining({ code }));
    expect(publisher.followed).toEqual([]);
  });

  test('refuses more than 32 subscriptions of one client', () => {
    for (let id = 0; id < 32; id += 1) publisher.subscribe(page, id, 'status', {});
    expect(() => {
      publisher.subscribe(page, 32, 'status', {});
    }).toThrow(expect.objectContaining({ code: 'too-many-subscriptions' }));
    publisher.subscribe(page, 31, 'peers', {});
  });

  test('drops the subscriptions and timers of a client that disconnected', () => {
    publisher.subscribe(page, 1, 'peers', {});
    publisher.subscribe(page, 2, 'status', {});
    publisher.drop(page);
    expect(publisher.followed).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
