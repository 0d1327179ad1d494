import { describe, expect, it } from 'vitest';
import { Lookup, type LookupHop } from '../../../../src-main/discovery/lookup/lookup.ts';
import { compareDistance } from '../../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../../src-main/node-record/node.ts';
import { fakeNode } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const clock = new VirtualClock();
const random = new SeededRandom(11);
const target = random.bytes(32);
const self = fakeNode(random.bytes(32));

function nodes(count: number): Node[] {
  return Array.from({ length: count }, () => fakeNode(random.bytes(32))).sort((a, b) =>
    compareDistance(target, a.id, b.id),
  );
}

describe('a lookup', () => {
  it('queries at most three nodes at a time, each once, the nearest first', async () => {
    const seeds = nodes(10);
    const queried: Node[] = [];
    let open = 0;
    let maximum = 0;
    const lookup = new Lookup({
      target,
      seeds: [...seeds].reverse(),
      selfIdHex: self.idHex,
      clock,
      query: async (node) => {
        queried.push(node);
        maximum = Math.max(maximum, ++open);
        await Promise.resolve();
        open--;
        return seeds;
      },
    });
    expect(await lookup.run()).toEqual(seeds);
    expect(queried).toEqual(seeds);
    expect(maximum).toBe(3);
    expect([lookup.rounds, lookup.asked]).toEqual([1, 10]);
  });

  it('queries the nearer nodes in the answers, and reports each hop', async () => {
    const [near, middle, far] = nodes(3);
    const hops: LookupHop[] = [];
    const answers = new Map([
      [far, [middle!, self]],
      [middle, [near!, far!]],
    ]);
    const lookup = new Lookup({
      target,
      seeds: [far!],
      selfIdHex: self.idHex,
      clock,
      query: (node) => Promise.resolve(answers.get(node)),
      onHop: (hop) => hops.push(hop),
    });
    expect(await lookup.run()).toEqual([near, middle, far]);
    expect(hops.map(({ node, round, answered, newNodes }) => [node, round, answered, newNodes])).toEqual([
      [far, 1, true, 1],
      [middle, 2, true, 1],
      [near, 3, false, 0],
    ]);
  });

  it('returns nodes in the order in which they are found, the seeds first', async () => {
    const [near, far] = nodes(2);
    const lookup = new Lookup({
      target,
      seeds: [far!],
      selfIdHex: self.idHex,
      clock,
      query: (node) => Promise.resolve(node === far ? [near!] : []),
    });
    expect([await lookup.next(), await lookup.next(), await lookup.next()]).toEqual([
      [far],
      [near],
      undefined,
    ]);
  });

  it('ends immediately when it is aborted', async () => {
    const abort = new AbortController();
    const lookup = new Lookup({
      target,
      seeds: nodes(5),
      selfIdHex: self.idHex,
      clock,
      query: () => new Promise(() => undefined),
      signal: abort.signal,
    });
    const running = lookup.run();
    abort.abort();
    expect((await running).length).toBe(5);
  });

  it('without seeds ends immediately', async () => {
    const lookup = new Lookup({
      target,
      seeds: [],
      selfIdHex: self.idHex,
      clock,
      query: () => Promise.resolve([]),
    });
    expect(await lookup.next()).toBeUndefined();
  });
});
