import { describe, expect, it } from 'vitest';
import type { TappedPacket } from '../../../src-main/events/packet-tap.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FINDNODE = { protocol: 'discv4', direction: 'out', code: 0x03, exchange: '' } as const;
const NEIGHBORS = { protocol: 'discv4', direction: 'in', code: 0x04, exchange: '' } as const;

function open() {
  const clock = new VirtualClock();
  const recorder = openRecorder(clock);
  recorder.start({ nodes: [], discovery: true });
  const packet = (change: Partial<TappedPacket>): void => {
    recorder.packets.packet({
      ...FINDNODE,
      address: { ip: '127.0.0.1', port: 30_303 },
      idHex: undefined,
      payload: Uint8Array.of(0xc0),
      wireBytes: 99,
      ...change,
    });
  };
  const pairs = () => [...recorder.from(0)].map(({ row }) => [row.pairSeq, row.latencyMs]);
  const states = () => [...recorder.from(0)].map(({ row }) => row.answerState);
  return { clock, packet, pairs, states };
}

describe('the packets of discovery', () => {
  it('link all packets of an answer to the request', async () => {
    const { clock, packet, pairs } = open();
    packet(FINDNODE);
    await clock.advance(20);
    packet(NEIGHBORS);
    packet(NEIGHBORS);
    expect(pairs()).toEqual([
      [3, null],
      [1, 20],
      [1, 20],
    ]);
  });

  it('link an answer without a request ID to the newest request to the address', async () => {
    const { clock, packet, pairs } = open();
    packet(FINDNODE);
    packet(NEIGHBORS);
    await clock.advance(5_000);
    packet(FINDNODE);
    await clock.advance(30);
    packet(NEIGHBORS);
    expect(pairs()).toEqual([
      [2, null],
      [1, 0],
      [4, null],
      [3, 30],
    ]);
  });

  it('link by the exchange where the protocol has one, and by the address', () => {
    const { packet, pairs } = open();
    const ping = { protocol: 'discv5', code: 0x01, direction: 'out' } as const;
    const pong = { protocol: 'discv5', code: 0x02, direction: 'in' } as const;
    packet({ ...ping, exchange: '01' });
    packet({ ...ping, exchange: '02' });
    packet({ ...pong, exchange: '01' });
    packet({ ...pong, exchange: '02', address: { ip: '127.0.0.1', port: 30_304 } });
    expect(pairs()).toEqual([
      [3, null],
      [null, null],
      [1, 0],
      [null, null],
    ]);
  });

  it('tell an answer that comes late, a second time or unasked', async () => {
    const { clock, packet, states } = open();
    const ping = { protocol: 'discv4', code: 0x01, direction: 'out', exchange: '0a' } as const;
    const pong = { ...ping, code: 0x02, direction: 'in' } as const;
    packet(ping);
    await clock.advance(499);
    packet(pong);
    packet(pong);
    packet({ ...pong, exchange: '0b' });
    packet({ ...ping, exchange: '0c' });
    await clock.advance(501);
    packet({ ...pong, exchange: '0c' });
    expect(states()).toEqual([null, 'answered', 'duplicate', 'unsolicited', null, 'late']);
  });
});
