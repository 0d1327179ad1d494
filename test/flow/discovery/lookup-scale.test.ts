import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import { LocalNode } from '../../../src-main/discovery/local-node.ts';
import { V5RequestHandler } from '../../../src-main/discovery/v5/request-handler.ts';
import type { V5Peer } from '../../../src-main/discovery/v5/dispatcher-types.ts';
import { lookupDistances } from '../../../src-main/discovery/v5/lookup-distances.ts';
import { TalkProtocols } from '../../../src-main/discovery/v5/talk.ts';
import { Lookup } from '../../../src-main/discovery/lookup/lookup.ts';
import { Table } from '../../../src-main/discovery/table/table.ts';
import type { Enr } from '../../../src-main/node-record/enr.ts';
import { compareDistance, nodeIdOf } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Random nodes in each table. */
const RANDOM_NODES = 120;

/** Nodes in each table with the next lower IDs, and as many with the next higher ones. */
const CLOSE_NODES = 24;

interface Population {
  readonly clock: VirtualClock;
  readonly nodes: readonly Node[];
  readonly tables: ReadonlyMap<string, Table>;
  readonly byId: ReadonlyMap<string, Node>;
}

/** Nodes with tables as they are after a long time: all close nodes, and random ones of the rest. */
function populate(size: number, seed: number): Population {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const nodes = Array.from({ length: size }, (_, index) => nodeOf(random.bytes(64), index)).sort((a, b) =>
    a.idHex < b.idHex ? -1 : 1,
  );
  const tables = new Map<string, Table>();
  for (const [place, node] of nodes.entries()) {
    const table = new Table({ selfId: node.id, clock, random, events: { emit: () => undefined } });
    for (let step = -CLOSE_NODES; step <= CLOSE_NODES; step++) {
      const close = nodes[place + step];
      if (close !== undefined) table.addFound(close);
    }
    for (let i = 0; i < RANDOM_NODES; i++) table.addFound(nodes[random.below(size)]!);
    tables.set(node.idHex, table);
  }
  return { clock, nodes, tables, byId: new Map(nodes.map((node) => [node.idHex, node])) };
}

function nodeOf(publicKey: Uint8Array, index: number): Node {
  const id = nodeIdOf(publicKey);
  const ip = `10.${String(index >> 16)}.${String((index >> 8) & 0xff)}.${String(index & 0xff)}`;
  return {
    id,
    idHex: bytesToHex(id),
    publicKey,
    ip,
    hostname: undefined,
    udp: 30303,
    tcp: 30303,
    seq: 0n,
    // The ID replaces the record in answers.
    record: { encoded: id } as unknown as Enr,
  };
}

/** How a node answers a lookup request. */
type Ask = (population: Population, asked: Node, target: Uint8Array) => Promise<readonly Node[]>;

/** Discovery v4: the nodes closest to the target. */
const askV4: Ask = ({ tables }, asked, target) =>
  Promise.resolve(tables.get(asked.idHex)!.closest(target, BUCKET_SIZE, false).nodes);

/** Discovery v5: nodes at three distances, by the production code of both sides. */
const askV5: Ask = async ({ clock, tables, byId }, asked, target) => {
  const answers = new V5RequestHandler({
    local: new LocalNode(asked.publicKey, { current: () => asked.record! }),
    table: tables.get(asked.idHex)!,
    random: new SeededRandom(asked.udp + target[0]!),
    talk: new TalkProtocols(clock, silentLogger),
    onSeq: () => undefined,
  });
  const from = { address: { ip: '10.255.0.1', port: 30_303 } } as V5Peer;
  const parts = await answers.respond(from, {
    type: 'findnode',
    distances: lookupDistances(target, asked.id),
  });
  return parts.flatMap((part) =>
    part.type === 'nodes' ? part.records.map((record) => byId.get(bytesToHex(record))!) : [],
  );
};

async function lookUp(population: Population, ask: Ask, self: Node, target: Uint8Array): Promise<Lookup> {
  const { clock, tables } = population;
  const lookup = new Lookup({
    target,
    seeds: tables.get(self.idHex)!.closest(target, BUCKET_SIZE, false).nodes,
    selfIdHex: self.idHex,
    clock,
    query: (node) => ask(population, node, target),
  });
  await lookup.run();
  return lookup;
}

/** Averages over many lookups. */
interface Survey {
  readonly rounds: number;
  readonly asked: number;
  /** Share of the 16 closest nodes that were found. */
  readonly found: number;
  /** Share of the lookups that found the closest node. */
  readonly nearest: number;
}

async function survey(size: number, ask: Ask): Promise<Survey> {
  const population = populate(size, size);
  const random = new SeededRandom(size + 1);
  const lookups = 40;
  const sums = { rounds: 0, asked: 0, found: 0, nearest: 0 };
  for (let i = 0; i < lookups; i++) {
    const self = population.nodes[random.below(size)]!;
    const target = random.bytes(32);
    const lookup = await lookUp(population, ask, self, target);
    const nearest = population.nodes
      .filter((node) => node !== self)
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, BUCKET_SIZE);
    sums.rounds += lookup.rounds / lookups;
    sums.asked += lookup.asked / lookups;
    sums.found += nearest.filter((node) => lookup.closest.includes(node)).length / BUCKET_SIZE / lookups;
    if (lookup.closest[0] === nearest[0]) sums.nearest += 1 / lookups;
  }
  return sums;
}

describe('a lookup in a large network', () => {
  // A v5 answer has 16 nodes at the requested distances, chosen at random if there are more; a v4 answer the 16 closest.
  it.each([
    ['v4', askV4, 0.999],
    ['v5', askV5, 0.97],
  ])(
    'over %s finds the closest of 10,000 nodes in a number of rounds that grows logarithmically',
    async (_, ask, share) => {
      const hundreds = await survey(100, ask);
      const thousands = await survey(1_000, ask);
      const many = await survey(10_000, ask);
      for (const { found, nearest } of [hundreds, thousands, many]) {
        expect(nearest).toBeCloseTo(1);
        expect(found).toBeGreaterThanOrEqual(share);
      }
      expect(many.rounds).toBeLessThanOrEqual(Math.log2(10_000));
      expect(many.rounds - thousands.rounds).toBeLessThanOrEqual(Math.log2(10));
      expect(many.asked).toBeLessThan(60);
    },
    120_000,
  );
});
