import { describe, expect, it } from 'vitest';
import { P2pNode } from '../../support/p2p-node.ts';

/** Sockets and timers that keep the process alive. */
function held(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') || name === 'Timeout');
}

describe('start and stop', () => {
  it('fifty times, with sessions, leave no socket and no timer behind', async () => {
    const a = new P2pNode({ listenAt: [{ ip: '127.0.0.1', port: 0 }] });
    const b = new P2pNode({
      listenAt: [
        { ip: '127.0.0.1', port: 0 },
        { ip: '::1', port: 0 },
      ],
    });
    const before = held();
    for (let round = 0; round < 50; round++) {
      await Promise.all([a.server.start(), b.server.start()]);
      const met = Promise.all([a.events.next('peer/added'), b.events.next('peer/added')]);
      a.server.dialing.addStatic(b.node(round % 2 === 0 ? '127.0.0.1' : '::1'));
      await met;
      await (round % 3 === 0 ? a.server.stop() : b.server.stop());
      await Promise.all([a.server.stop(), b.server.stop()]);
      a.server.dialing.removeStatic(b.idHex);
      expect(a.server.counts().total + b.server.counts().total).toBe(0);
    }
    expect(held().length).toBeLessThanOrEqual(before.length);
  });
});
