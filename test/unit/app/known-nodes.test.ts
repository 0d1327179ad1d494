import { describe, expect, it } from 'vitest';
import { collectKnownNodes, MAX_KNOWN_NODES, type KnownParts } from '../../../src-main/app/known-nodes.ts';
import type { Clock } from '../../../src-main/base/runtime.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { NodeStore } from '../../../src-main/store/node-store.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { recordedNode } from '../../support/known-nodes-world.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const some = recordedNode(1);

const partsOf = (nodes: KnownParts['nodes'], clock: Clock): KnownParts => ({
  ...{ clock, nodes, current: { node: undefined } },
  chain: { forkFilter: () => 'ok' },
  forkNameOf: () => undefined,
  statistics: { clientOf: () => null },
  listed: () => [],
  labelOf: () => null,
  sourcesOf: () => [],
});

describe('the known nodes of a damaged database', () => {
  const db = databaseOfTest();

  const clock = new VirtualClock();
  const openStore = (): Promise<NodeStore> =>
    NodeStore.open({ database: db.current, clock, random: new SeededRandom(3), logger: silentLogger });

  it('are the valid ones; the others are removed from it', async () => {
    const store = await openStore();
    store.putNode(some);
    store.setLastPongReceived(some.idHex, some.ip ?? '', 70);
    store.setLastPongReceived(some.idHex, '192.0.2.8', 90);
    await store.stop();
    const id = (digit: string): string => digit.repeat(64);
    const other = recordedNode(2);
    const values = [
      '',
      '{',
      '[]',
      'null',
      '{"node":7}',
      JSON.stringify({ node: 'enr:-bad', ip: null, udp: 1, tcp: 1 }),
    ];
    await db.current.write([
      ...values.map((value, at) => ({ level: 'nodes' as const, key: id(String(at)), value })),
      // The record of another node.
      {
        level: 'nodes' as const,
        key: other.idHex,
        value: await storedValue(),
      },
    ]);
    const damaged = await openStore();
    expect(damaged.ids()).toHaveLength(values.length + 2);
    const entries = await collectKnownNodes(partsOf(damaged, clock));
    expect(entries.map(({ node }) => node.idHex)).toEqual([some.idHex]);
    expect(entries[0]?.lastPong).toBe(90);
    expect(damaged.ids()).toEqual([some.idHex]);
    await damaged.stop();
  });

  async function storedValue(): Promise<string> {
    for await (const [key, value] of db.current.entries('nodes')) if (key === some.idHex) return value;
    throw new Error('The node is not stored');
  }
});

/** A clock on which each look takes a millisecond. */
class SlowClock extends VirtualClock {
  turns = 0;
  #looks = 0;

  override monotonic(): number {
    this.#looks += 1;
    return this.#looks;
  }

  override after(ms: number, action: () => void): ReturnType<Clock['after']> {
    this.turns += 1;
    queueMicrotask(action);
    return super.after(ms, () => undefined);
  }
}

describe('10,000 known nodes', () => {
  it('are collected in slices, and bounded', async () => {
    const clock = new SlowClock();
    const ids = Array.from({ length: MAX_KNOWN_NODES + 5 }, (_, at) => at.toString(16).padStart(64, '0'));
    const node = (idHex: string): Node => ({ ...some, idHex });
    const parts = partsOf({ ids: () => ids, getNode: node, newestPong: () => 0 }, clock);
    expect(await collectKnownNodes(parts)).toHaveLength(MAX_KNOWN_NODES);
    expect(clock.turns).toBeGreaterThan(MAX_KNOWN_NODES / 10);
  });
});
