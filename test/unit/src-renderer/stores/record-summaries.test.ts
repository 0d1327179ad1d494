import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { request } from '../../../../src-renderer/api.ts';
import { useRecordSummariesStore } from '../../../../src-renderer/stores/record-summaries.ts';

vi.mock('../../../../src-renderer/api.ts', () => ({ request: vi.fn() }));

/** Messages with an odd number are broken. */
beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  vi.mocked(request as (name: string, params: { seqs: number[] }) => Promise<unknown>).mockImplementation(
    (_name, { seqs }) =>
      Promise.resolve(seqs.map((seq) => ({ seq, summary: `No. ${seq}`, isBroken: seq % 2 === 1 }))),
  );
});
afterEach(() => vi.useRealTimers());

const store = () => useRecordSummariesStore();
async function see(seqs: readonly number[]): Promise<void> {
  store().request(seqs);
  await vi.advanceTimersByTimeAsync(100);
}

it('gives another function when summaries arrive, so that rows are drawn with them', async () => {
  const before = store().summaryOf;
  await see([1, 2]);
  expect(store().summaryOf).not.toBe(before);
  expect(store().summaryOf(2)?.summary).toBe('No. 2');
  expect(store().summaryOf(3)).toBeUndefined();
});

it('replaces the set of broken messages only when one comes or leaves', async () => {
  await see([1, 2]);
  const first = store().broken;
  expect([...first]).toEqual([1]);
  await see([4, 6]);
  expect(store().broken).toBe(first);
  await see([6, 7]);
  expect([...store().broken]).toEqual([1, 7]);
  store().clear();
  expect([...store().broken]).toEqual([]);
  expect(store().summaryOf(2)).toBeUndefined();
});

it('forgets that a message is broken with its summary', async () => {
  for (let from = 0; from < 5_200; from += 100) {
    await see(Array.from({ length: 100 }, (_, at) => 2 * (from + at) + (from === 0 ? 1 : 0)));
  }
  const known = [...store().broken];
  expect(known.filter((seq) => store().summaryOf(seq) === undefined)).toEqual([]);
  expect(known.length).toBeLessThan(100);
});
