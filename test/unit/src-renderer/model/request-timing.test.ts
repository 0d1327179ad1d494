import { describe, expect, it } from 'vitest';
import type { RecordTiming } from '../../../../shared/model/recording.ts';
import { formatStep, ownRequest } from '../../../../src-renderer/model/record-words.ts';
import {
  endOf,
  exchangeOf,
  exchangeSteps,
  messageSteps,
} from '../../../../src-renderer/model/request-timing.ts';
import { recordRow } from '../../../support/record-row.ts';

const timing = (change: Partial<RecordTiming>): RecordTiming => ({
  ...{ receivingMs: null, waitingMs: null, cipherMs: null, snappyMs: null },
  ...change,
});
const sent = recordRow({
  ...{ seq: 1, role: 'request', direction: 'out', pairSeq: 2, monotonicMs: 100 },
  timing: timing({ waitingMs: 2, snappyMs: 0.5, cipherMs: 0.5 }),
});
const received = recordRow({
  ...{ seq: 2, role: 'answer', direction: 'in', pairSeq: 1, monotonicMs: 131, latencyMs: 31 },
  timing: timing({ receivingMs: 3, waitingMs: 1, cipherMs: 0.25, snappyMs: 0.75 }),
});
const names = (steps: readonly { readonly name: string }[]): readonly string[] =>
  steps.map(({ name }) => name);

describe('the steps of a message', () => {
  it('follow its way, and leave out what was not measured', () => {
    expect(names(messageSteps(sent))).toEqual(['queued', 'compressing', 'encrypting']);
    expect(messageSteps(recordRow({ timing: null }))).toEqual([]);
    const plain = { ...received, timing: timing({ receivingMs: 3, cipherMs: 0.25 }) };
    expect(messageSteps(plain, 10)).toMatchObject([
      { name: 'receiving', startMs: 10, ms: 3 },
      { name: 'decrypting', startMs: 13, ms: 0.25 },
    ]);
  });

  it('of an exchange leave the rest of the latency to the way and the peer', () => {
    const exchange = exchangeOf([sent, received], received)!;
    const steps = exchangeSteps(exchange);
    expect(names(steps)).toEqual([
      ...['queued', 'compressing', 'encrypting', 'away'],
      ...['receiving', 'unread', 'decrypting', 'decompressing'],
    ]);
    expect(steps[3]).toMatchObject({ startMs: 3, ms: 26 });
    // Until the request was sent, and the latency.
    expect(endOf(steps)).toBe(3 + 31);
  });

  it('of a request to us say how long this node had it', () => {
    const asked = { ...sent, direction: 'in', timing: timing({ receivingMs: 1 }) } as const;
    const given = { ...received, direction: 'out', timing: timing({ waitingMs: 4 }) } as const;
    const steps = exchangeSteps(exchangeOf([asked, given], asked)!);
    expect(names(steps)).toEqual(['receiving', 'here', 'queued']);
    expect(steps[1]?.ms).toBe(27);
  });

  it('of an open request end where it was sent', () => {
    const open = { ...sent, pairSeq: null };
    expect(endOf(exchangeSteps(exchangeOf([open], open)!))).toBe(3);
  });
});

describe('a request that can be sent again', () => {
  const nodeId = '11'.repeat(32);
  const own = { ...sent, nodeId };
  const rowOf = (seq: number) => (seq === own.seq ? own : undefined);

  it('is the own one of a message or of its answer', () => {
    expect(ownRequest(own, rowOf)).toBe(own);
    expect(ownRequest(received, rowOf)).toBe(own);
  });

  it('is none for a request to us, an announcement, a part of a message, or an answer whose request is gone', () => {
    expect(ownRequest({ ...own, direction: 'in' }, rowOf)).toBeUndefined();
    expect(ownRequest({ ...own, role: 'announcement' }, rowOf)).toBeUndefined();
    expect(ownRequest({ ...own, keptBytes: own.plainBytes - 1 }, rowOf)).toBeUndefined();
    expect(ownRequest({ ...own, nodeId: null }, rowOf)).toBeUndefined();
    expect(ownRequest({ ...received, pairSeq: 9 }, rowOf)).toBeUndefined();
  });
});

it('a short step is in microseconds', () => {
  expect([0, 0.03, 0.0994, 0.1, 12].map(formatStep)).toEqual(['0 µs', '30 µs', '99 µs', '0.1 ms', '12 ms']);
});
