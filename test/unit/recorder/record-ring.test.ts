import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptRecord } from '../../../src-main/recorder/kept-record.ts';
import { RECORD_OVERHEAD, RecordRing } from '../../../src-main/recorder/record-ring.ts';
import { recordRow } from '../../support/record-row.ts';

function fill(ring: RecordRing, lengths: readonly number[]): void {
  for (const length of lengths) {
    const row = recordRow({ seq: ring.next, keptBytes: length });
    ring.add(new KeptRecord(row, { chunk: new Uint8Array(length), start: 0 }));
  }
}

const seqsOf = (ring: RecordRing): number[] => [...ring.from(0)].map(({ row }) => row.seq);

describe('RecordRing', () => {
  it('evicts the oldest records above its number', () => {
    const ring = new RecordRing({ maxRecords: 3, maxBytes: 1_000_000 });
    fill(ring, [1, 1, 1, 1, 1]);
    expect(seqsOf(ring)).toEqual([3, 4, 5]);
    expect(ring.evicted).toBe(2);
    expect(ring.get(2)).toBeUndefined();
  });

  it('evicts the oldest records above its bytes, and keeps the newest one however large', () => {
    const ring = new RecordRing({ maxRecords: 100, maxBytes: 5 * RECORD_OVERHEAD });
    fill(ring, [0, 0, 0]);
    fill(ring, [2 * RECORD_OVERHEAD]);
    expect(seqsOf(ring)).toEqual([2, 3, 4]);
    fill(ring, [9 * RECORD_OVERHEAD]);
    expect(seqsOf(ring)).toEqual([5]);
  });

  it('never gives two records one sequence number, not after a clear either', () => {
    const ring = new RecordRing({ maxRecords: 10, maxBytes: 1_000_000 });
    fill(ring, [1, 1]);
    ring.clear();
    fill(ring, [1]);
    expect(seqsOf(ring)).toEqual([3]);
    expect(ring.get(1)).toBeUndefined();
  });

  it('keeps the newest records when its bounds become smaller', () => {
    const ring = new RecordRing({ maxRecords: 10, maxBytes: 1_000_000 });
    fill(ring, [1, 2, 3, 4]);
    ring.resize({ maxRecords: 2, maxBytes: 1_000_000 });
    expect(seqsOf(ring)).toEqual([3, 4]);
    fill(ring, [5]);
    expect(seqsOf(ring)).toEqual([4, 5]);
  });

  it('gives the kept records before a number, newest first', () => {
    const ring = new RecordRing({ maxRecords: 3, maxBytes: 1_000_000 });
    fill(ring, [1, 1, 1, 1, 1]);
    const before = (seq: number): number[] => [...ring.before(seq)].map(({ row }) => row.seq);
    expect(before(Number.POSITIVE_INFINITY)).toEqual([5, 4, 3]);
    expect(before(5)).toEqual([4, 3]);
    expect(before(3)).toEqual([]);
    expect(before(1)).toEqual([]);
  });

  it('changes the row of a kept record, and none that has left', () => {
    const ring = new RecordRing({ maxRecords: 1, maxBytes: 1_000_000 });
    fill(ring, [1, 1]);
    ring.update(1, { pairSeq: 7 });
    ring.update(2, { pairSeq: 7 });
    expect(ring.get(2)?.row.pairSeq).toBe(7);
  });

  it('counts its bytes exactly, and stays within its bounds, for any sequence of records', () => {
    const operation = fc.oneof(fc.nat({ max: 4_000 }), fc.constant('clear' as const));
    fc.assert(
      fc.property(fc.array(operation), fc.integer({ min: 1, max: 8 }), (operations, maxRecords) => {
        const ring = new RecordRing({ maxRecords, maxBytes: 8_000 });
        for (const each of operations) {
          if (each === 'clear') ring.clear();
          else fill(ring, [each]);
          const kept = [...ring.from(0)];
          const bytes = kept.reduce((sum, { payload }) => sum + payload.length + RECORD_OVERHEAD, 0);
          expect(ring.bytes).toBe(bytes);
          expect(ring.size).toBe(kept.length);
          expect(kept.length).toBeLessThanOrEqual(maxRecords);
          if (kept.length > 1) expect(bytes).toBeLessThanOrEqual(8_000);
        }
      }),
    );
  });
});
