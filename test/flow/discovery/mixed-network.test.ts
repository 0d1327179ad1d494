import { describe, expect, it, vi } from 'vitest';
import { BUCKET_SIZE } from '../../../src-main/discovery/constants.ts';
import type { TableProtocol } from '../../../shared/model/table.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import { nearest, startWorld, stopWorld, type DiscoveryWorld } from '../../support/discovery-world.ts';

vi.mock(import('../../../src-main/base/secp256k1.ts'), async (importOriginal) => {
  const { withFakeSignatures } = await import('../../support/fake-signatures.ts');
  return withFakeSignatures(await importOriginal());
});

vi.mock(import('../../../src-main/node-record/enr.ts'), async (importOriginal) => {
  const { withRememberedRecords } = await import('../../support/fake-signatures.ts');
  return withRememberedRecords(await importOriginal());
});

/** Nodes of the large network: `npm run test:soak` uses a thousand. */
const LARGE = Number(process.env['ENODECK_WORLD_NODES'] ?? 300);

/** Lookups of one survey. */
const LOOKUPS = 40;

/** Virtual time after the start of all nodes, and again after each has refreshed its table once, milliseconds. */
const SETTLING_MS = 30_000;

/** The state of a network, for the nodes with one protocol. */
interface Outcome {
  /** Entries of the smallest table. */
  readonly fewest: number;
  /** Rounds of a lookup, and the share of the 16 closest nodes that it found, on average. */
  readonly rounds: number;
  readonly found: number;
  /** Share of the lookups whose target was found. */
  readonly exact: number;
}

/** A network whose nodes started with four bootnodes each, after every node has refreshed its table. */
async function settledWorld(
  size: number,
  protocolsOf: (index: number) => readonly TableProtocol[],
): Promise<DiscoveryWorld> {
  const world = await startWorld(size, { everyMs: 20, bootnodes: 4, protocolsOf, keepsEvents: false });
  await world.clock.advance(SETTLING_MS);
  const refreshes: Promise<void>[] = [];
  for (const { discovery } of world.nodes) {
    refreshes.push(discovery.refresh());
    await world.clock.advance(20);
  }
  await world.clock.runUntil(Promise.all(refreshes));
  await world.clock.advance(SETTLING_MS);
  return world;
}

const nodesWith = ({ nodes }: DiscoveryWorld, protocol: TableProtocol): DiscoveryNode[] =>
  nodes.filter(({ discovery }) => discovery[protocol] !== undefined);

/** Runs lookups of nodes with the protocol for others of them. */
async function survey(world: DiscoveryWorld, protocol: TableProtocol): Promise<Outcome> {
  const nodes = nodesWith(world, protocol);
  const sums = { rounds: 0, found: 0, exact: 0 };
  for (let count = 0; count < LOOKUPS; count++) {
    const asker = nodes[(count * 29 + 1) % nodes.length]!;
    const target = nodes[(count * 53 + 17) % nodes.length]!;
    const trace = await world.clock.runUntil(asker.discovery[protocol]!.lookup(target.publicKey));
    const wanted = nearest(nodes, target.node.id, asker);
    const ids = trace.closest.map(({ id }) => id);
    sums.rounds += trace.rounds / LOOKUPS;
    sums.found += wanted.filter((id) => ids.includes(id)).length / wanted.length / LOOKUPS;
    if (ids[0] === wanted[0]) sums.exact += 1 / LOOKUPS;
  }
  return {
    fewest: Math.min(...nodes.map(({ discovery }) => discovery[protocol]!.table.size)),
    ...sums,
  };
}

describe('a network of nodes with v4 or v5', () => {
  it('of v5 alone fills its tables and finds the 16 closest nodes in a number of rounds that grows logarithmically', async () => {
    const outcomes: Outcome[] = [];
    for (const size of [100, LARGE]) {
      const world = await settledWorld(size, () => ['v5']);
      outcomes.push(await survey(world, 'v5'));
      await stopWorld(world);
    }
    for (const { fewest, found, exact } of outcomes) {
      expect(fewest).toBeGreaterThanOrEqual(2 * BUCKET_SIZE);
      expect(exact).toBeCloseTo(1);
      expect(found).toBeGreaterThanOrEqual(0.98);
    }
    const [hundred, large] = outcomes;
    expect(large!.rounds).toBeLessThanOrEqual(Math.log2(LARGE));
    expect(large!.rounds - hundred!.rounds).toBeLessThanOrEqual(Math.log2(LARGE / 100));
  }, 1_200_000);

  it('of which half have v4 alone and half both lets each node find the nodes of its protocols', async () => {
    const world = await settledWorld(120, (index) => (index % 2 === 0 ? ['v4', 'v5'] : ['v4']));
    const outcomes = [await survey(world, 'v4'), await survey(world, 'v5')];
    for (const { fewest, found, exact } of outcomes) {
      expect(fewest).toBeGreaterThanOrEqual(BUCKET_SIZE);
      expect(exact).toBeCloseTo(1);
      expect(found).toBeGreaterThanOrEqual(0.97);
    }
    const ids = new Set(nodesWith(world, 'v5').map(({ node }) => node.idHex));
    for (const { discovery } of nodesWith(world, 'v5')) {
      const { buckets } = discovery.v5!.snapshot();
      const live = buckets.flatMap(({ entries }) => entries.filter((entry) => entry.live));
      expect(live.length).toBeGreaterThan(0);
      for (const { id } of live) expect(ids).toContain(id);
    }
    await stopWorld(world);
  }, 300_000);
});
