import { expect, it } from 'vitest';
import { KeptRecord } from '../../../src-main/recorder/kept-record.ts';
import { RecordExpiry } from '../../../src-main/recorder/record-expiry.ts';
import { RecordRing } from '../../../src-main/recorder/record-ring.ts';
import { recordRow } from '../../support/record-row.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A ring with the age of a minute, whose records are added with `add`. */
function open(maxAgeMs: number | undefined) {
  const clock = new VirtualClock();
  const ring = new RecordRing({ maxRecords: 1_000, maxBytes: 10_000_000 });
  const expiry = new RecordExpiry(ring, clock, maxAgeMs);
  const add = (): void => {
    const row = recordRow({ seq: ring.next, monotonicMs: clock.monotonic(), keptBytes: 0 });
    ring.add(new KeptRecord(row, { chunk: new Uint8Array(0), start: 0 }));
    expiry.drop();
  };
  return { clock, ring, expiry, add };
}

it('removes a record by itself: nobody reads, and no other record comes', async () => {
  const { clock, ring, add } = open(60_000);
  add();
  await clock.advance(30_000);
  add();
  await clock.advance(29_000);
  expect(ring.size).toBe(2);
  await clock.advance(3_000);
  expect(ring.size).toBe(1);
  await clock.advance(30_000);
  expect(ring.size).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

it('wakes the processor once a second at most', async () => {
  const { clock, expiry, ring, add } = open(60_000);
  let runs = 0;
  const { drop } = expiry;
  expiry.drop = () => {
    runs += 1;
    drop.call(expiry);
  };
  for (let record = 0; record < 100; record += 1) {
    add();
    await clock.advance(10);
  }
  runs = 0;
  await clock.advance(62_000);
  expect(ring.size).toBe(0);
  expect(runs).toBeLessThanOrEqual(3);
});

it('applies a changed age to what is there, and none without an age', async () => {
  const { clock, ring, expiry, add } = open(undefined);
  add();
  await clock.advance(3_600_000);
  expect([ring.size, clock.pendingTimers]).toEqual([1, 0]);
  add();
  expiry.setMaxAge(120_000);
  expect(ring.size).toBe(1);
  expiry.setMaxAge(10_000);
  await clock.advance(11_100);
  expect(ring.size).toBe(0);
});

it('leaves no timer when it is closed', () => {
  const { clock, expiry, add } = open(60_000);
  add();
  expect(clock.pendingTimers).toBe(1);
  expiry.close();
  add();
  expect(clock.pendingTimers).toBe(0);
});
