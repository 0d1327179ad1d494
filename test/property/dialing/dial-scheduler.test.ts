import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpiryHeap } from '../../../src-main/dialing/expiry-heap.ts';
import { DialRounds, failure, numberedNode } from '../../support/dial-rounds.ts';

/** Events of a scheduler; from few nodes, so that events concern the same nodes. */
const node = fc.integer({ min: 1, max: 12 });
const step = fc.oneof(
  fc.record({ do: fc.constant('discover' as const), node }),
  fc.record({ do: fc.constant('add' as const), node }),
  fc.record({ do: fc.constant('remove' as const), node }),
  fc.record({ do: fc.constant('succeed' as const), node }),
  fc.record({ do: fc.constant('fail' as const), node }),
  fc.record({ do: fc.constant('drop' as const), node }),
  fc.record({ do: fc.constant('wait' as const), node }),
  fc.record({ do: fc.constant('limit' as const), node }),
  fc.record({ do: fc.constant('ask' as const), node }),
  fc.record({ do: fc.constant('switch' as const), node }),
);

describe('the dial scheduler', () => {
  it('never has two dials of a node, a dial of a connected node, or more dials than slots', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        let maxDialed = 3;
        let noDial = false;
        const maxActive = 4;
        const dialing = new Set<string>();
        const peers = new Set<string>();
        const rounds = new DialRounds({ limits: { maxDialed, maxActive } });
        const observe = (): void => {
          for (const { idHex } of rounds.newDials()) {
            expect(dialing.has(idHex)).toBe(false);
            expect(peers.has(idHex)).toBe(false);
            dialing.add(idHex);
          }
        };
        await rounds.start();
        for (const action of steps) {
          const target = numberedNode(action.node);
          const { idHex } = target;
          if (action.do === 'discover') await rounds.discover(target);
          if (action.do === 'add') rounds.scheduler.addStatic(target);
          if (action.do === 'remove') {
            // Removal aborts the static dial of the node.
            rounds.scheduler.removeStatic(idHex);
            await rounds.clock.settle();
            if (rounds.scheduler.stateOf(target).state !== 'dialing') dialing.delete(idHex);
          }
          if (action.do === 'succeed' && dialing.delete(idHex)) {
            peers.add(idHex);
            await rounds.succeed(target);
          }
          if (action.do === 'fail' && dialing.delete(idHex)) await rounds.fail(target);
          if (action.do === 'drop' && peers.delete(idHex)) {
            rounds.scheduler.peerRemoved(idHex, failure('connection-lost', { stage: 'running' }));
          }
          if (action.do === 'wait') await rounds.clock.advance(action.node * 10_000);
          if (action.do === 'ask') void rounds.scheduler.dialNow(target);
          if (action.do === 'switch') {
            noDial = !noDial;
            rounds.scheduler.setSettings({ dynamicDials: true, noDial, bootnodeFallbackMs: 0 });
            if (noDial) dialing.clear();
          }
          if (action.do === 'limit') {
            maxDialed = action.node % 5;
            rounds.scheduler.setLimits({ maxDialed, maxActive });
          }
          await rounds.clock.settle();
          observe();
          const totals = rounds.scheduler.totals();
          expect(totals.dialing).toBe(dialing.size);
          // One static dial may exceed the slots, no other dial.
          const isStaticDialed = [...dialing].some((id) => rounds.scheduler.isStatic(id));
          expect(totals.dialing).toBeLessThanOrEqual(maxActive + (isStaticDialed ? 1 : 0));
          expect(totals.dialedPeers).toBe(peers.size);
        }
        await rounds.scheduler.stop();
        expect(rounds.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the expiry heap', () => {
  it('returns keys in the order of their times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (times) => {
        const heap = new ExpiryHeap();
        for (const [index, at] of times.entries()) heap.push(String(index), at);
        const out: number[] = [];
        for (let now = 0; now <= 50; now++) {
          for (let key = heap.popDue(now); key !== undefined; key = heap.popDue(now)) {
            const at = times[Number(key)] ?? -1;
            expect(at).toBe(now);
            out.push(at);
          }
        }
        expect(out).toEqual([...times].sort((a, b) => a - b));
        expect(heap.size).toBe(0);
      }),
    );
  });
});
