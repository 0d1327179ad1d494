import { describe, expect, it } from 'vitest';
import { FairMix, type FairMixOptions } from '../../../../src-main/discovery/lookup/fair-mix.ts';
import type { NodeIterator } from '../../../../src-main/discovery/lookup/candidates.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

function nodeOf(idHex: string, seq = 1n): Node {
  return {
    ...{ id: new Uint8Array(32), idHex, publicKey: new Uint8Array(64), ip: '85.0.0.1', hostname: undefined },
    ...{ udp: 30_303, tcp: 30_303, seq, record: undefined },
  };
}

/** A source that returns one node per `ms`, with the source's name in its ID, and ends after `limit` nodes. */
class TimedSource implements NodeIterator {
  readonly name: string;
  readonly clock: VirtualClock;
  calls = 0;
  #ms: number;
  readonly #limit: number;

  constructor(name: string, clock: VirtualClock, ms: number, limit = Infinity) {
    this.name = name;
    this.clock = clock;
    this.#ms = ms;
    this.#limit = limit;
  }

  set ms(ms: number) {
    this.#ms = ms;
  }

  async next(signal: AbortSignal): Promise<Node> {
    if (this.calls >= this.#limit) throw new DOMException('ended', 'AbortError');
    const count = ++this.calls;
    if (this.#ms > 0) {
      await new Promise<void>((resolve, reject) => {
        const timer = this.clock.after(this.#ms, resolve);
        signal.addEventListener('abort', () => {
          timer.cancel();
          reject(new DOMException('Aborted', 'AbortError'));
        });
      });
    }
    return nodeOf(`${this.name}${String(count)}`);
  }
}

function createMix(
  sources: readonly (NodeIterator & { readonly name: string })[],
  options: Partial<FairMixOptions> = {},
) {
  const clock = options.clock ?? new VirtualClock();
  return new FairMix({
    sources: sources.map((source) => ({ name: source.name, source })),
    clock,
    ...options,
  });
}

describe('FairMix', () => {
  it('takes the same number of nodes from each source', async () => {
    const clock = new VirtualClock();
    const sources = ['a', 'b', 'c'].map((name) => new TimedSource(name, clock, 0));
    const mix = createMix(sources, { clock });
    const returned: string[] = [];
    for (let i = 0; i < 300; i++) returned.push((await clock.runUntil(mix.next(NEVER))).idHex);
    for (const { name } of sources) {
      expect(returned.filter((id) => id.startsWith(name))).toHaveLength(100);
    }
  });

  it('waits 100 ms for the source whose turn it is, and half as long after each timeout', async () => {
    const clock = new VirtualClock();
    const [slow, fast] = [new TimedSource('slow', clock, 1_000_000), new TimedSource('fast', clock, 0)];
    const mix = createMix([slow, fast], { clock });
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = clock.monotonic();
      expect((await clock.runUntil(mix.next(NEVER))).idHex).toMatch(/^fast/);
      waits.push(clock.monotonic() - before);
    }
    expect(waits).toEqual([100, 0, 50, 0, 25, 0, 12.5, 0]);
  });

  it('waits the full time again after a source has returned a node', async () => {
    const clock = new VirtualClock();
    const [slow, fast] = [new TimedSource('slow', clock, 300), new TimedSource('fast', clock, 0)];
    const mix = createMix([slow, fast], { clock });
    for (let i = 0; i < 6; i++) await clock.runUntil(mix.next(NEVER));
    await clock.advance(300);
    slow.ms = 80;
    const returned: string[] = [];
    for (let i = 0; i < 8; i++) returned.push((await clock.runUntil(mix.next(NEVER))).idHex);
    expect(returned.filter((id) => id.startsWith('slow'))).toHaveLength(4);
  });

  it('waits for the first node of any source if none has one in time', async () => {
    const clock = new VirtualClock();
    const mix = createMix([new TimedSource('a', clock, 5_000), new TimedSource('b', clock, 700)], { clock });
    expect((await clock.runUntil(mix.next(NEVER))).idHex).toBe('b1');
    expect(clock.monotonic()).toBe(700);
  });

  it('takes nothing before a call of `next`, then one node per source ahead', async () => {
    const clock = new VirtualClock();
    const sources = ['a', 'b'].map((name) => new TimedSource(name, clock, 0));
    const mix = createMix(sources, { clock });
    await clock.advance(10_000);
    expect(sources.map(({ calls }) => calls)).toEqual([0, 0]);
    await clock.runUntil(mix.next(NEVER));
    await clock.advance(10_000);
    expect(sources.map(({ calls }) => calls)).toEqual([1, 1]);
  });

  it('continues without a source that has ended, and ends with the last one', async () => {
    const clock = new VirtualClock();
    const sources = [new TimedSource('a', clock, 0, 1), new TimedSource('b', clock, 0, 3)];
    const mix = createMix(sources, { clock });
    const returned: string[] = [];
    for (let i = 0; i < 4; i++) returned.push((await clock.runUntil(mix.next(NEVER))).idHex);
    expect(returned.sort()).toEqual(['a1', 'b1', 'b2', 'b3']);
    await expect(clock.runUntil(mix.next(NEVER))).rejects.toMatchObject({ name: 'AbortError' });
    await expect(createMix([], { clock }).next(NEVER)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('returns a node of two sources once, until the dial scheduler would accept it again', async () => {
    const clock = new VirtualClock();
    const same = (name: string): NodeIterator & { name: string } => {
      const ids = ['x', 'y', 'z'];
      return { name, next: () => Promise.resolve(nodeOf(ids.shift() ?? `${name}-other`)) };
    };
    const mix = createMix([same('a'), same('b')], { clock });
    const returned: string[] = [];
    for (let i = 0; i < 4; i++) returned.push((await clock.runUntil(mix.next(NEVER))).idHex);
    expect(returned.slice(0, 3).sort()).toEqual(['x', 'y', 'z']);
    await clock.advance(35_000);
    const late = createMix([{ name: 'c', next: () => Promise.resolve(nodeOf('x')) }], { clock });
    for (let i = 0; i < 2; i++) expect((await clock.runUntil(late.next(NEVER))).idHex).toBe('x');
  });

  it('keeps the newest version of a node, from any source', async () => {
    const clock = new VirtualClock();
    const source = (name: string, seqs: bigint[]): NodeIterator & { name: string } => ({
      name,
      next: () => {
        const seq = seqs.shift();
        return seq === undefined ? new Promise(() => undefined) : Promise.resolve(nodeOf('x', seq));
      },
    });
    const mix = createMix([source('a', [1n, 1n]), source('b', [5n])], { clock });
    const seqs: bigint[] = [];
    for (let i = 0; i < 2; i++) seqs.push((await clock.runUntil(mix.next(NEVER))).seq);
    await clock.advance(35_000);
    seqs.push((await clock.runUntil(mix.next(NEVER))).seq);
    expect(seqs).toEqual([1n, 5n, 5n]);
  });

  it('skips nodes that are not accepted, with a pause after 32 of them', async () => {
    const clock = new VirtualClock();
    const source = new TimedSource('a', clock, 0);
    const mix = createMix([source], { clock, accepts: ({ idHex }) => idHex === 'a100' });
    expect((await clock.runUntil(mix.next(NEVER))).idHex).toBe('a100');
    expect(clock.monotonic()).toBe(300);
  });

  it('rejects an aborted call, and all calls when it stops', async () => {
    const clock = new VirtualClock();
    const source = new TimedSource('a', clock, 1_000);
    const mix = createMix([source, new TimedSource('b', clock, 1_000)], { clock });
    const aborting = new AbortController();
    const aborted = mix.next(aborting.signal);
    aborting.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    const waiting = mix.next(NEVER);
    mix.stop();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
    await expect(mix.next(NEVER)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
