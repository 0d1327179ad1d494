import { describe, expect, test } from 'vitest';
import type { EndCause, NodeEvent } from '../../../src-main/events/events.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { PeerEvents, type PeerEvent } from '../../../src-main/events/peer-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const idHex = 'ab'.repeat(32);
const peer = { idHex, name: 'Geth', direction: 'outbound', ip: '2001:db8::1', port: 30303 } as const;
const local = '[2001:db8::9]:50000';
const added: NodeEvent = { type: 'peer/added', ...peer, local };
const dropped = (cause: Partial<EndCause>): NodeEvent => ({
  type: 'peer/dropped',
  ...peer,
  cause: {
    code: 'too-many-peers',
    params: {},
    by: 'remote',
    stage: 'running',
    disconnectReason: undefined,
    ...cause,
  },
  ...{ ageMs: 1, kind: 'dynamic', capabilities: [], bytesIn: 0, bytesOut: 0 },
});
const message = (protocol: string, direction: 'in' | 'out'): NodeEvent => ({
  ...{ type: 'peer/message', idHex, direction, protocol, name: 'Status' },
  ...{ code: 0, size: 60, bytes: 50 },
});

function stream(includesMessages: boolean): {
  got: PeerEvent[];
  emit: (...events: NodeEvent[]) => void;
  end: () => void;
} {
  const bus = new EventBus(new VirtualClock(), recordedLog().logger);
  const events = new PeerEvents(bus, () => includesMessages);
  const got: PeerEvent[] = [];
  const end = events.subscribe((event) => got.push(event));
  return {
    got,
    end,
    emit: (...nodeEvents) => {
      for (const event of nodeEvents) bus.emit(event);
    },
  };
}

describe('peer events', () => {
  test('have the members of geth’s peer events, in the same order', () => {
    const { got, emit } = stream(true);
    emit(added, message('eth/69', 'out'), dropped({ disconnectReason: 'too many peers' }));
    const ends = `"local":"${local}","remote":"[2001:db8::1]:30303"`;
    expect(got.map((event) => JSON.stringify(event))).toEqual([
      `{"type":"add","peer":"${idHex}",${ends}}`,
      `{"type":"msgsend","peer":"${idHex}","protocol":"eth","msg_code":0,"msg_size":60,${ends}}`,
      `{"type":"drop","peer":"${idHex}","error":"too many peers",${ends}}`,
    ]);
  });

  test('have our own text for an end without a Disconnect', () => {
    const { got, emit } = stream(false);
    emit(added, dropped({ code: 'closed-by-remote' }));
    expect(got.at(-1)).toMatchObject({
      type: 'drop',
      error: 'The remote side closed the connection without a Disconnect message',
    });
  });

  test('include messages only if enabled, and never those of the base protocol', () => {
    const off = stream(false);
    off.emit(added, message('eth/69', 'in'));
    expect(off.got.map(({ type }) => type)).toEqual(['add']);
    const on = stream(true);
    on.emit(added, message('eth/69', 'in'), message('p2p', 'in'), message('snap/1', 'out'));
    expect(on.got.map(({ type, protocol }) => [type, protocol])).toEqual([
      ['add', undefined],
      ['msgrecv', 'eth'],
      ['msgsend', 'snap'],
    ]);
  });

  test('end with their subscription', () => {
    const { got, emit, end } = stream(false);
    end();
    emit(added);
    expect(got).toEqual([]);
  });
});
