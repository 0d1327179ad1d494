import { beforeEach, describe, expect, it } from 'vitest';
import { Crawler, type CrawlerOptions } from '../../../src-main/crawl/crawler.ts';
import { DiscoveryError } from '../../../src-main/discovery/errors.ts';
import { checkListedIp, parseNetList } from '../../../src-main/base/ip.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { crawled, setOf, signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HOUR = 3_600_000;

let clock: VirtualClock;
let random: SeededRandom;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(6);
});

/** A protocol whose lookups find the given nodes repeatedly; silent nodes do not answer. */
class FakeProtocol {
  readonly met: readonly Node[];
  readonly silent = new Set<string>();
  readonly asked: string[] = [];
  answerMs = 50;
  everyMs = 10;
  underWay = 0;
  mostUnderWay = 0;
  stopped = 0;

  readonly transport = { requestEnr: (node: Node): Promise<Node> => this.#requestEnr(node) };

  constructor(met: readonly Node[]) {
    this.met = met;
  }

  async #requestEnr(node: Node): Promise<Node> {
    this.asked.push(node.idHex);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await new Promise<void>((resolve) => clock.after(this.answerMs, resolve));
    this.underWay--;
    if (this.silent.has(node.idHex)) throw new Error('silent');
    return node;
  }

  nodes() {
    let at = 0;
    return {
      next: (signal: AbortSignal) =>
        new Promise<Node>((resolve, reject) => {
          const onAbort = (): void => {
            timer.cancel();
            reject(new DOMException('over', 'AbortError'));
          };
          const timer = clock.after(this.everyMs, () => {
            const node = this.met[at++ % this.met.length];
            // Without nodes it waits.
            if (node === undefined) return;
            signal.removeEventListener('abort', onAbort);
            resolve(node);
          });
          signal.addEventListener('abort', onAbort);
        }),
      stop: () => {
        this.stopped++;
      },
    };
  }
}

function crawlerOf(discovery: CrawlerOptions['discovery'], options: Partial<CrawlerOptions> = {}): Crawler {
  return new Crawler({
    ...{ protocol: 'v4', discovery, known: new Map(), clock, durationMs: HOUR, judge: {} },
    checkAddress: () => undefined,
    ...options,
  });
}

describe('a crawl', () => {
  it('records nodes that answer, once in ten minutes, and ends after its duration', async () => {
    const nodes = Array.from({ length: 40 }, () => signedNode(random));
    const protocol = new FakeProtocol(nodes);
    protocol.everyMs = 1_000;
    const crawler = crawlerOf(protocol, { durationMs: 15 * 60_000 });
    const started = clock.now();
    const running = crawler.run();
    await clock.advance(60_000);
    expect(crawler.status()).toMatchObject({ state: 'running', nodes: 40, answered: 40, added: 40 });
    const set = await clock.runUntil(running);
    expect(clock.now()).toBe(started + 15 * 60_000);
    expect(protocol.asked).toHaveLength(80);
    expect(crawler.status()).toMatchObject({ state: 'done', endsAt: clock.now(), answered: 80, added: 40 });
    for (const { idHex } of nodes) {
      const { firstResponse, lastResponse, lastCheck, score } = set.get(idHex)!;
      expect(score).toBe(2);
      expect(lastResponse - firstResponse).toBeGreaterThanOrEqual(600_000);
      expect([firstResponse % 1_000, lastCheck]).toEqual([0, lastResponse]);
    }
    await clock.settle();
    expect([protocol.stopped, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('halves the score of a silent node, and removes it at 0', async () => {
    const [loved, once, never] = [signedNode(random), signedNode(random), signedNode(random)];
    const protocol = new FakeProtocol([never]);
    for (const { idHex } of [loved, once, never]) protocol.silent.add(idHex);
    const known = setOf(crawled(loved, { score: 9 }), crawled(once, { score: 1 }));
    const crawler = crawlerOf(protocol, { known, durationMs: 50_000 });
    const set = await clock.runUntil(crawler.run());
    expect([...set.keys()]).toEqual([loved.idHex]);
    expect(set.get(loved.idHex)).toMatchObject({ score: 4, firstResponse: 0, lastResponse: 0 });
    expect(set.get(loved.idHex)!.lastCheck).toBeGreaterThan(0);
    expect(crawler.status()).toMatchObject({ silent: 3, removed: 1, answered: 0, added: 0 });
    expect(protocol.asked.filter((id) => id === never.idHex)).toHaveLength(1);
  });

  it('skips nodes that were requested recently, by an earlier crawl too', async () => {
    const [recent, old] = [signedNode(random), signedNode(random)];
    const protocol = new FakeProtocol([]);
    const now = clock.now();
    const known = setOf(
      crawled(recent, { lastCheck: now - 9 * 60_000 }),
      crawled(old, { lastCheck: now - 11 * 60_000 }),
    );
    await clock.runUntil(crawlerOf(protocol, { known, durationMs: 1_000 }).run());
    expect(protocol.asked).toEqual([old.idHex]);
  });

  it('sends nothing to disallowed addresses of a set, and keeps their nodes', async () => {
    const at = (...ip: number[]): Node => signedNode(random, { ip: Uint8Array.from(ip) });
    const [fit, lan, reserved] = [at(85, 0, 0, 2), at(10, 0, 0, 1), at(240, 0, 0, 1)];
    const protocol = new FakeProtocol([]);
    const crawler = crawlerOf(protocol, {
      known: setOf(crawled(fit), crawled(lan), crawled(reserved)),
      checkAddress: (ip) => checkListedIp(ip, parseNetList(''), ['0.0.0.0']),
      durationMs: 10_000,
    });
    const set = await clock.runUntil(crawler.run());
    expect(protocol.asked).toEqual([fit.idHex]);
    expect([...set.keys()].sort()).toEqual([fit, lan, reserved].map(({ idHex }) => idHex).sort());
  });

  it('has at most 16 concurrent requests to known and found nodes', async () => {
    const met = Array.from({ length: 50 }, () => signedNode(random));
    const known = setOf(...Array.from({ length: 50 }, () => crawled(signedNode(random))));
    const protocol = new FakeProtocol(met);
    protocol.answerMs = 500;
    await clock.runUntil(crawlerOf(protocol, { known, durationMs: 2_000 }).run());
    expect(protocol.mostUnderWay).toBe(16);
    const ofKnown = protocol.asked.filter((id) => known.has(id)).length;
    expect(ofKnown).toBeGreaterThan(10);
    expect(protocol.asked.length - ofKnown).toBeGreaterThan(10);
  });

  it('keeps its set when it is stopped, and does not change it afterwards', async () => {
    const nodes = Array.from({ length: 100 }, () => signedNode(random));
    const protocol = new FakeProtocol(nodes);
    const crawler = crawlerOf(protocol);
    const running = crawler.run();
    await clock.advance(200);
    crawler.stop();
    const set = await clock.runUntil(running);
    const size = set.size;
    expect(size).toBeGreaterThan(5);
    await clock.advance(10_000);
    expect(crawler.status()).toMatchObject({ state: 'stopped', nodes: size, failure: null });
    crawler.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails when discovery ends first', async () => {
    const crawler = crawlerOf({
      transport: { requestEnr: (node) => Promise.resolve(node) },
      nodes: () => ({ next: () => Promise.reject(new Error('over')), stop: () => undefined }),
    });
    await clock.runUntil(crawler.run());
    expect(crawler.status()).toMatchObject({ state: 'failed', failure: 'Discovery has ended' });
  });

  it('reduces no score when discovery ends or is busy', async () => {
    const nodes = Array.from({ length: 30 }, () => signedNode(random));
    const known = setOf(...nodes.map((node) => crawled(node)));
    for (const code of ['closed', 'busy'] as const) {
      const protocol = new FakeProtocol([]);
      const crawler = crawlerOf(
        {
          transport: { requestEnr: () => Promise.reject(new DiscoveryError(code, 'not the node’s fault')) },
          nodes: () => protocol.nodes(),
        },
        { known, durationMs: 10_000 },
      );
      expect(await clock.runUntil(crawler.run())).toEqual(known);
      expect(crawler.status()).toMatchObject({
        ...{ silent: 0, removed: 0 },
        ...(code === 'closed' ? { state: 'failed', failure: 'Discovery has ended' } : { state: 'done' }),
      });
    }
  });

  it('counts nodes by fork, and by the client of their session', async () => {
    const fork = (hash: number) => [[Uint8Array.of(hash, 0, 0, 0), 0]];
    const nodes = [
      signedNode(random, { eth: fork(1) }),
      signedNode(random, { eth: fork(1) }),
      signedNode(random, { eth: fork(2) }),
      signedNode(random),
    ];
    const crawler = crawlerOf(new FakeProtocol(nodes), {
      durationMs: 10_000,
      judge: {
        forkFilter: ({ hash }) => (hash[0] === 2 ? 'ok' : 'local-incompatible-or-stale'),
        clientOf: (idHex) => (idHex === nodes[0]!.idHex ? 'Geth/v1.17/linux' : null),
      },
    });
    await clock.runUntil(crawler.run());
    expect(crawler.status()).toMatchObject({
      byFork: [
        { fork: '0x01000000', ours: false, count: 2 },
        { fork: '0x02000000', ours: true, count: 1 },
        { fork: 'none', ours: false, count: 1 },
      ],
      byClient: [{ client: 'Geth', count: 1 }],
    });
  });
});
