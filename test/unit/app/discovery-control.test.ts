import { describe, expect, it } from 'vitest';
import { DiscoveryController } from '../../../src-main/app/discovery-control.ts';
import type { CurrentNode } from '../../../src-main/app/running-node.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { recordedNode } from '../../support/known-nodes-world.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SEED = 7;

/** Discovery of a node with these versions of one other node. */
function controller(found: { table?: Node; stored?: Node; session?: Node }): DiscoveryController {
  const node = {
    discovery: { known: () => found.table },
    peers: () => [{ node: undefined }, { node: found.session }],
  };
  return new DiscoveryController({
    clock: new VirtualClock(),
    nodes: { getNode: () => found.stored },
    statistics: { counters: {} as never },
    current: { node } as unknown as CurrentNode,
  });
}

describe('the node of an ID', () => {
  const [older, newer] = [recordedNode(SEED, {}, 1n), recordedNode(SEED, {}, 2n)];

  it('is the newest version of the table and the database', () => {
    expect(controller({ table: older, stored: newer }).nodeOf(older.idHex)).toBe(newer);
    expect(controller({ table: newer, stored: older }).nodeOf(older.idHex)).toBe(newer);
  });

  it('is that of its session when neither has it', () => {
    expect(controller({ session: older }).nodeOf(older.idHex)).toBe(older);
  });

  it('is refused when nothing has it', () => {
    const other = recordedNode(SEED + 1);
    expect(() => controller({ session: other }).nodeOf(older.idHex)).toThrow(/No node with this ID is known/);
  });
});
