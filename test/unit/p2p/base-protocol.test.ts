import { describe, expect, it } from 'vitest';
import { BaseProtocol } from '../../../src-main/p2p/base-protocol.ts';
import { ComposedRequests } from '../../../src-main/p2p/composed-requests.ts';
import { encodeDisconnect, type ReceivedDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { EMPTY_LIST_PAYLOAD, P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const sent: number[] = [];
  const disconnects: ReceivedDisconnect[] = [];
  const base = new BaseProtocol({
    clock,
    composed: new ComposedRequests(clock),
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

  it('gives a Pong to the older of a composed ping and a periodic one', async () => {
    const { base, clock, sent } = setUp();
    const pong = () => {
      base.receive(P2P_CODES.pong, EMPTY_LIST_PAYLOAD);
    };
    const ping = () =>
      base.compose({
        ...{ protocol: 'p2p', name: 'Ping', code: P2P_CODES.ping, payload: EMPTY_LIST_PAYLOAD },
        ...{ requestId: undefined, answerCode: P2P_CODES.pong },
      });
    base.start();
    base.pingNow();
    await clock.advance(10);
    const end = ping();
    await clock.advance(20);
    pong();
    expect(base.latency.last).toBe(30);
    await clock.advance(5);
    pong();
    expect(await end).toMatchObject({ outcome: 'answered', latencyMs: 25 });
    const second = ping();
    base.pingNow();
    await clock.advance(7);
    pong();
    expect(await second).toMatchObject({ outcome: 'answered', latencyMs: 7 });
    await clock.advance(3);
    pong();
    expect(base.latency.last).toBe(10);
    expect(sent).toEqual(Array(4).fill(P2P_CODES.ping));
    base.stop();
  });

  it('composes no other message', () => {
    const { base } = setUp();
    const disconnect = { protocol: 'p2p', name: 'Disconnect', code: P2P_CODES.disconnect };
    const rest = { payload: EMPTY_LIST_PAYLOAD, requestId: undefined, answerCode: undefined };
    expect(() => base.compose({ ...disconnect, ...rest })).toThrow(RangeError);
  });
});
