import { describe, expect, test } from 'vitest';
import type { MessageCount } from '../../../shared/model/peer.ts';
import { messageFigure, messageGroups } from '../../../src-renderer/model/peer-messages.ts';
import { timelineOf } from '../../../src-renderer/model/peer-timeline.ts';
import { offeredPeer } from '../../../src-renderer/model/record-offer.ts';
import { sessionOf } from '../../support/saved-sessions.ts';

const ID = 'aa'.repeat(32);
const message = (protocol: string, name: string, change: Partial<MessageCount> = {}): MessageCount => ({
  ...{ protocol, name, in: 0, out: 0, bytesIn: 0, bytesOut: 0, rateIn: 0, rateOut: 0 },
  ...{ lastInAt: null, lastOutAt: null },
  ...change,
});

describe('the messages of a session', () => {
  test('are by protocol with p2p last, the most frequent first', () => {
    const groups = messageGroups([
      message('p2p', 'Ping', { in: 900 }),
      message('eth/69', 'Status', { in: 1, out: 1 }),
      message('eth/69', 'Transactions', { out: 3 }),
    ]);
    expect(groups.map(({ protocol }) => protocol)).toEqual(['eth/69', 'p2p']);
    expect(groups[0]?.list.map(({ name }) => name)).toEqual(['Transactions', 'Status']);
  });

  test('have count, bytes, rate and the time since the last one, each direction for itself', () => {
    const one = message('eth/69', 'Transactions', {
      ...{ in: 1_234, bytesIn: 48_000, rateIn: 2.34, lastInAt: 60_000 },
    });
    const figures = (direction: 'in' | 'out'): string[] =>
      (['count', 'bytes', 'rate', 'last'] as const).map((figure) =>
        messageFigure(one, direction, figure, 63_000),
      );
    expect(figures('in')).toEqual(['1,234', '48 kB', '2.3', '3 s']);
    expect(figures('out')).toEqual(['0', '0 B', '0', '–']);
  });
});

describe('the timeline of a past session', () => {
  test('begins and ends with the session', () => {
    const record = { ...sessionOf(ID, 1, 50_000), key: 'k', startedAt: 20_000, endedAt: 50_000 };
    const event = (at: number, text: string) => ({
      ...({ seq: at, at, tone: 'quiet', kind: 'peer-added', text, nodeId: ID, nodeName: null } as const),
      ...{ address: null, direction: null, endedBy: null },
    });
    const entries = timelineOf({
      ...{ id: ID, session: null, reputation: null, earlier: [], sessions: [record], within: record },
      events: [event(10_000, 'before'), event(30_000, 'within'), event(60_000, 'after')],
    });
    expect(entries.map(({ at }) => at)).toEqual([50_000, 30_000, 20_000]);
    expect(entries[1]?.text).toBe('within');
    expect(entries[2]?.text).toMatch(/^Connected/);
  });
});

describe('the offer to record the peer of the filter', () => {
  const status = (isRecording: boolean, nodes: readonly string[] | null, file: string | null = null) => ({
    ...{ isRecording, file },
    scope: { nodes, discovery: false },
  });

  test('records the peer besides those that are recorded', () => {
    expect(offeredPeer(ID, status(false, ['bb']))).toEqual([ID]);
    expect(offeredPeer(ID, status(true, ['bb']))).toEqual(['bb', ID]);
  });

  test('is not made for a recorded peer, without one, or over a file', () => {
    expect(offeredPeer(ID, status(true, null))).toBeNull();
    expect(offeredPeer(ID, status(true, [ID]))).toBeNull();
    expect(offeredPeer(undefined, status(false, null))).toBeNull();
    expect(offeredPeer(ID, status(false, null, 'a.jsonl'))).toBeNull();
    expect(offeredPeer(ID, null)).toBeNull();
  });
});
