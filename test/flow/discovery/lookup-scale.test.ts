import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import { LocalNode } from '../../../src-main/discovery/local-node.ts';
import { V5RequestHandler } from '../../../src-main/discovery/v5/request-handler.ts';
import type { V5Peer } from '../../../src-main/discovery/v5/dispatcher-types.ts';
import { lookupDistances } from '../../../src-main/discovery/v5/lookup-distances.ts';
import { TalkProtocols } from '../../../src-main/discovery/v5/talk.ts';
import { Lookup } from '../../../src-main/discovery/lookup/lookup.ts';
import { compareDistance } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { populate, type Population } from '../../support/populated-network.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

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
