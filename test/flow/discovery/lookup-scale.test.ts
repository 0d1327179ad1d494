import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/leaf/bytes.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import { Lookup } from '../../../src-main/discovery/lookup.ts';
import { Table } from '../../../src-main/discovery/table.ts';
import { compareDistance } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Nodes that each node knows of besides its neighbourhood. */
const ACQUAINTANCES = 120;

/** Nodes on either side, in the order of IDs, that each node knows of. */
const NEIGHBOURHOOD = 24;

interface Population {
  readonly clock: VirtualClock;
  readonly nodes: readonly Node[];
  readonly tables: ReadonlyMap<string, Table>;
}

/** Nodes with tables as a long life fills them: their neighbourhood whole, the rest of the world by chance. */
function populate(size: number, seed: number): Population {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const nodes = Array.from({ length: size }, (_, index) => nodeOf(random.bytes(32), index)).sort((a, b) =>
    a.idHex < b.idHex ? -1 : 1,
  );
  const tables = new Map<string, Table>();
  for (const [place, node] of nodes.entries()) {
    const table = new Table({ selfId: node.id, clock, random, events: { emit: () => undefined } });
    for (let step = -NEIGHBOURHOOD; step <= NEIGHBOURHOOD; step++) {
      const neighbour = nodes[place + step];
      if (neighbour !== undefined) table.addFound(neighbour);
    }
    for (let i = 0; i < ACQUAINTANCES; i++) table.addFound(nodes[random.below(size)]!);
    tables.set(node.idHex, table);
  }
  return { clock, nodes, tables };
}

function nodeOf(id: Uint8Array, index: number): Node {
  const ip = `10.${String(index >> 16)}.${String((index >> 8) & 0xff)}.${String(index & 0xff)}`;
  return {
    id,
    idHex: bytesToHex(id),
    publicKey: new Uint8Array(64),
    ip,
    hostname: undefined,
    udp: 30303,
    tcp: 30303,
    seq: 0n,
    record: undefined,
  };
}

async function lookUp({ clock, tables }: Population, self: Node, target: Uint8Array): Promise<Lookup> {
  const lookup = new Lookup({
    target,
    seeds: tables.get(self.idHex)!.closest(target, BUCKET_SIZE, false).nodes,
    selfIdHex: self.idHex,
    clock,
    query: (node) => Promise.resolve(tables.get(node.idHex)!.closest(target, BUCKET_SIZE, false).nodes),
  });
  await lookup.run();
  return lookup;
}

/** Mean rounds and the share of the 16 nearest nodes that were found, over many lookups. */
async function survey(size: number): Promise<{ rounds: number; asked: number; exact: number }> {
  const population = populate(size, size);
  const random = new SeededRandom(size + 1);
  const lookups = 40;
  const sums = { rounds: 0, asked: 0, exact: 0 };
  for (let i = 0; i < lookups; i++) {
    const self = population.nodes[random.below(size)]!;
    const target = random.bytes(32);
    const lookup = await lookUp(population, self, target);
    const nearest = population.nodes
      .filter((node) => node !== self)
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, BUCKET_SIZE);
    sums.rounds += lookup.rounds;
    sums.asked += lookup.asked;
    if (nearest.every((node, place) => lookup.closest[place] === node)) sums.exact++;
  }
  return { rounds: sums.rounds / lookups, asked: sums.asked / lookups, exact: sums.exact / lookups };
}

describe('a lookup among many', () => {
  it('finds the 16 nearest of 10,000 nodes, in rounds that grow as the logarithm of their number', async () => {
    const [hundreds, thousands, many] = [await survey(100), await survey(1_000), await survey(10_000)];
    for (const { exact } of [hundreds, thousands, many]) expect(exact).toBeGreaterThanOrEqual(0.95);
    expect(many.rounds).toBeLessThanOrEqual(Math.log2(10_000));
    expect(many.rounds - thousands.rounds).toBeLessThanOrEqual(Math.log2(10));
    expect(many.asked).toBeLessThan(60);
  }, 120_000);
});
