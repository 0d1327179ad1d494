import { describe, expect, it } from 'vitest';
import { countHeld } from '../../support/held-resources.ts';
import { P2pNode } from '../../support/p2p-node.ts';

describe('a server', () => {
  it('leaves no socket and no timer after 50 starts and stops with sessions', async () => {
    const a = new P2pNode({ listenAt: [{ ip: '127.0.0.1', port: 0 }] });
    const b = new P2pNode({ listenAt: ['127.0.0.1', '::1'].map((ip) => ({ ip, port: 0 })) });
    const before = countHeld(/^TCP|^Timeout$/);
    for (let round = 0; round < 50; round++) {
      await Promise.all([a.server.start(), b.server.start()]);
      const connected = Promise.all([a.events.next('peer/added'), b.events.next('peer/added')]);
      a.server.dialing.addStatic(b.node(round % 2 === 0 ? '127.0.0.1' : '::1'));
      await connected;
      await (round % 3 === 0 ? a.server.stop() : b.server.stop());
      await Promise.all([a.server.stop(), b.server.stop()]);
      a.server.dialing.removeStatic(b.idHex);
      expect(a.server.counts().total + b.server.counts().total).toBe(0);
    }
    expect(countHeld(/^TCP|^Timeout$/)).toBeLessThanOrEqual(before);
  });
});
