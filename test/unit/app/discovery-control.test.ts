import { describe, expect, it } from 'vitest';
import { DiscoveryController } from '../../../src-main/app/discovery-control.ts';
import type { CurrentNode } from '../../../src-main/app/running-node.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import type { LookupTrace } from '../../../shared/model/table.ts';
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

describe('the latest lookup', () => {
  const trace = (origin: LookupTrace['origin'], startedAt: number): LookupTrace =>
    ({ origin, startedAt }) as LookupTrace;
  const clock = new VirtualClock();
  let own: LookupTrace | undefined;
  const current: { node: unknown } = {
    node: {
      discovery: {
        v4: {
          lookup: () => Promise.resolve(trace('user', clock.now())),
          get latestLookup() {
            return own;
          },
        },
      },
    },
  };
  const discovery = new DiscoveryController({
    clock,
    nodes: { getNode: () => undefined },
    statistics: { counters: {} as never },
    current: current as unknown as CurrentNode,
  });

  it('is that of the node itself until the user requests one, which stays for ten minutes', async () => {
    expect(discovery.latestLookup('v4')).toBeNull();
    own = trace('node', clock.now());
    expect(discovery.latestLookup('v4')).toBe(own);
    const requested = await discovery.lookup('v4', null);
    own = trace('node', clock.now() + 1);
    expect(discovery.latestLookup('v4')).toBe(requested);
    await clock.advance(600_000);
    expect(discovery.latestLookup('v4')).toBe(own);
  });

  it('is that of the user while the node is stopped', () => {
    current.node = undefined;
    expect(discovery.latestLookup('v4')?.origin).toBe('user');
  });
});
