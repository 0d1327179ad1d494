import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { V5Node } from '../../support/v5-node.ts';
import { V5Puppet } from '../../support/v5-puppet.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PING = { type: 'ping', enrSeq: 1n } as const;

describe('PacketDispatcher', () => {
  it('serves honest nodes while packets are replayed, changed, truncated and sent from other addresses', async () => {
    const change = fc.record({
      pick: fc.nat(),
      at: fc.nat(),
      flip: fc.nat(255),
      cut: fc.nat(3),
      from: fc.nat(3),
      wait: fc.nat(400),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 40 }), fc.nat(), async (changes, seed) => {
        const clock = new VirtualClock();
        const network = new MemoryNetwork(clock, { latencyMs: 5 });
        const ann = await new V5Node(network, clock, '10.0.0.1', seed * 2 + 1).start();
        const ben = await new V5Node(network, clock, '10.0.0.2', seed * 2 + 2).start();
        const eve = new V5Puppet('10.0.0.3', 3, ben.node);
        const seen: Uint8Array[] = [eve.garbage()];
        network.tap = (datagram) => seen.push(datagram.slice());
        for (const { pick, at, flip, cut, from, wait } of changes) {
          if (pick % 4 === 0) void ann.dispatcher.request(ben.node, PING).catch(() => undefined);
          const packet = (seen[pick % seen.length] ?? eve.garbage()).slice();
          packet[at % packet.length] = (packet[at % packet.length] ?? 0) ^ flip;
          const sender =
            [ann.address, ben.address, eve.address, { ip: '10.0.0.1', port: 1 }][from] ?? eve.address;
          const target = pick % 2 === 0 ? ann : ben;
          target.handle(packet.subarray(0, packet.length - cut), sender);
          await clock.advance(wait);
        }
        await clock.advance(2_000);
        expect(await clock.runUntil(ann.dispatcher.request(ben.node, PING))).toHaveLength(1);
        expect(await clock.runUntil(ben.dispatcher.request(ann.node, PING))).toHaveLength(1);
        await clock.advance(2_000);
        expect(ann.dispatcher.snapshot()).toMatchObject({ challenges: 0, requests: 0, queued: 0 });
        await ann.stop();
        await ben.stop();
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
