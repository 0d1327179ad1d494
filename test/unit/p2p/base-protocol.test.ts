import { describe, expect, it } from 'vitest';
import { BaseProtocol } from '../../../src-main/p2p/base-protocol.ts';
import { encodeDisconnect, type ReceivedDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const sent: number[] = [];
  const disconnects: ReceivedDisconnect[] = [];
  const base = new BaseProtocol({
    clock,
    send: ({ code }) => sent.push(code),
    onDisconnect: (received) => disconnects.push(received),
  });
  return { base, clock, sent, disconnects };
}

describe('the base protocol', () => {
  it('answers Ping with Pong', () => {
    const { base, sent } = setUp();
    base.receive(P2P_CODES.ping, Uint8Array.of(0xc0));
    expect(sent).toEqual([P2P_CODES.pong]);
  });

  it('measures the round trip of its ping, and ignores a pong without a ping', async () => {
    const { base, clock, sent } = setUp();
    base.receive(P2P_CODES.pong, Uint8Array.of(0xc0));
    expect(base.latency.last).toBeUndefined();
    base.start();
    base.pingNow();
    await clock.advance(0);
    expect(sent).toEqual([P2P_CODES.ping]);
    await clock.advance(40);
    base.receive(P2P_CODES.pong, Uint8Array.of(0xc0));
    expect(base.latency.last).toBe(40);
    base.stop();
  });

  it('reports Disconnect and ignores reserved codes', () => {
    const { base, sent, disconnects } = setUp();
    base.receive(0x0f, Uint8Array.of(0xc0));
    base.receive(P2P_CODES.disconnect, encodeDisconnect(0x04));
    expect(disconnects).toEqual([{ reason: 'too-many-peers', wire: 4 }]);
    expect(sent).toEqual([]);
  });
});
