import { describe, expect, it } from 'vitest';
import { CandidateStream } from '../../../../src-main/discovery/lookup/candidates.ts';
import { RandomWalk } from '../../../../src-main/discovery/lookup/random-walk.ts';
import { Lookup } from '../../../../src-main/discovery/lookup/lookup.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { fakeNode } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const random = new SeededRandom(31);
const someNode = (): Node => fakeNode(random.bytes(32));
const never = new AbortController().signal;

describe('CandidateStream', () => {
  it('prepares nothing before a call of `next`, then at most 16 nodes in parallel', async () => {
    let walked = 0;
    let preparing = 0;
    const stream = new CandidateStream({
      walk: () => {
        walked++;
        return Promise.resolve(someNode());
      },
      prepare: () => {
        preparing++;
        return new Promise(() => undefined);
      },
    });
    await Promise.resolve();
    expect(walked).toBe(0);
    const waiting = stream.next(never);
    await new VirtualClock().settle();
    expect([walked, preparing]).toEqual([16, 16]);
    stream.stop();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('skips nodes that are no candidates', async () => {
    const nodes = Array.from({ length: 5 }, someNode);
    const rest = [...nodes];
    const stream = new CandidateStream({
      walk: () => Promise.resolve(rest.shift()),
      prepare: (node) => Promise.resolve(node === nodes[3] ? node : undefined),
    });
    expect(await stream.next(never)).toBe(nodes[3]);
    await expect(stream.next(never)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('keeps a candidate that is ready after its call was aborted for the next call', async () => {
    const node = someNode();
    let deliver: (node: Node) => void = () => undefined;
    const stream = new CandidateStream({
      walk: () => new Promise((resolve) => (deliver = resolve)),
      prepare: (candidate) => Promise.resolve(candidate),
    });
    const abort = new AbortController();
    const waiting = stream.next(abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    deliver(node);
    await new VirtualClock().settle();
    expect(await stream.next(never)).toBe(node);
  });
});

describe('RandomWalk', () => {
  const lookupOf = (clock: VirtualClock, seeds: readonly Node[]): Lookup =>
    new Lookup({ target: random.bytes(32), seeds, selfIdHex: '', clock, query: () => Promise.resolve([]) });

  it('starts at most one lookup per second', async () => {
    const clock = new VirtualClock();
    const starts: number[] = [];
    const walk = new RandomWalk({
      clock,
      newLookup: () => {
        starts.push(clock.monotonic());
        return lookupOf(clock, [someNode()]);
      },
      refresh: () => Promise.resolve(),
      filled: () => Promise.resolve(),
    });
    for (let i = 0; i < 4; i++) await clock.runUntil(walk.next());
    expect(starts).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('refreshes an empty table and retries after a minute', async () => {
    const clock = new VirtualClock();
    let refreshes = 0;
    let seeds: Node[] = [];
    const walk = new RandomWalk({
      clock,
      newLookup: () => lookupOf(clock, seeds),
      refresh: () => {
        refreshes++;
        return Promise.resolve();
      },
      filled: () => new Promise(() => undefined),
    });
    const next = walk.next();
    await clock.advance(30_000);
    expect(refreshes).toBe(1);
    seeds = [someNode()];
    await clock.advance(30_000);
    expect(await clock.runUntil(next)).toBe(seeds[0]);
  });

  it('ends when it is stopped while it waits', async () => {
    const clock = new VirtualClock();
    const walk = new RandomWalk({
      clock,
      newLookup: () => lookupOf(clock, []),
      refresh: () => Promise.resolve(),
      filled: () => new Promise(() => undefined),
    });
    const next = walk.next();
    await clock.settle();
    walk.stop();
    expect(await next).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
