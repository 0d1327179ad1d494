import { expect, it } from 'vitest';
import { matches, searchRecords, termsOf } from '../../../src-main/app/record-search.ts';
import type { Clock } from '../../../src-main/base/runtime.ts';
import type { ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { recordRow } from '../../support/record-row.ts';

const RECORDS = 20_000;
const NEEDLE = new TextEncoder().encode('needle');

/** Records of which every hundredth has a payload of 64 KiB, and of these every tenth the needle at its end. */
function* records(onRead: () => void): Generator<ExportedRecord, void> {
  const large = new Uint8Array(65_536);
  const matching = large.slice();
  matching.set(NEEDLE, large.length - NEEDLE.length);
  for (let seq = 1; seq <= RECORDS; seq += 1) {
    onRead();
    const payload = seq % 100 > 0 ? new Uint8Array(1) : seq % 1_000 > 0 ? large : matching;
    yield { row: recordRow({ seq, keptBytes: payload.length, plainBytes: payload.length }), payload };
  }
}

it('a search of 20,000 records with many large payloads lets other work run every 10 ms, and copies none', async () => {
  let now = 0;
  let turns = 0;
  let startedAt = 0;
  let longest = 0;
  // A large record takes 1 ms here, a small one 0.01 ms; a turn of other work 5 ms.
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after: (_delay, action) => {
      turns += 1;
      longest = Math.max(longest, now - startedAt);
      now += 5;
      startedAt = now;
      queueMicrotask(action);
      return { cancel: () => undefined };
    },
  };
  let read = 0;
  const found = await searchRecords(
    records(() => {
      read += 1;
      now += read % 100 === 0 ? 1 : 0.01;
    }),
    termsOf('text:NEEDLE'),
    clock,
  );
  expect(found).toHaveLength(RECORDS / 1_000);
  expect(found[0]).toBe(1_000);
  expect(read).toBe(RECORDS);
  expect(turns).toBeGreaterThan(20);
  expect(longest).toBeLessThan(12);
});

it('text is matched as UTF-8, ASCII letters without case', () => {
  const payload = new TextEncoder().encode('\x00\xffGeth/v1.17 – Größe');
  const record = { row: recordRow({ keptBytes: payload.length, plainBytes: payload.length }), payload };
  const found = (filter: string): boolean => matches(record, termsOf(filter));
  expect(['text:geth', 'text:GETH/V1', 'text:"– größe"', 'text:none,größe'].filter(found)).toHaveLength(4);
  expect(['text:gethx', 'text:grosse', 'text:\u00c3', '-text:geth'].filter(found)).toEqual([]);
});

it('the payload of a record is read once for all values of a filter', () => {
  let reads = 0;
  const row = recordRow({ keptBytes: 4, plainBytes: 4 });
  const record: ExportedRecord = {
    row,
    get payload() {
      reads += 1;
      return NEEDLE;
    },
  };
  expect(
    matches(record, termsOf(`text:${Array.from({ length: 200 }, (_, at) => `q${String(at)}`).join()}`)),
  ).toBe(false);
  expect(reads).toBe(1);
});
