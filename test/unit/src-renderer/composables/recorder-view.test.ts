import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseFilter } from '../../../../shared/record-filter.ts';
import { RecordFeed } from '../../../../src-renderer/model/record-feed.ts';
import { createRecordView } from '../../../../src-renderer/composables/recorder-view.ts';
import { recordRow } from '../../../support/record-row.ts';

const request = vi.fn<(filter: string) => Promise<readonly number[]>>();

beforeEach(() => {
  vi.useFakeTimers();
  request.mockReset();
});
afterEach(() => vi.useRealTimers());

/** A view with a filter on payloads, whose first search has ended. */
async function searched(feed: RecordFeed) {
  const view = createRecordView(feed, request);
  const filter = parseFilter('hash:abcd');
  view.setTerms(filter.ok ? filter.terms : []);
  await vi.advanceTimersByTimeAsync(0);
  return view;
}
const arrive = (feed: RecordFeed, seq: number): void =>
  feed.apply([{ kind: 'delta', data: { appended: [recordRow({ seq })] } }], 10);

it('searches payloads at most every 2 s, and the last rows too', async () => {
  const feed = new RecordFeed();
  arrive(feed, 1);
  request.mockResolvedValue([1]);
  const view = await searched(feed);
  expect(request).toHaveBeenCalledTimes(1);
  request.mockResolvedValue([1, 3]);
  for (const seq of [2, 3]) {
    arrive(feed, seq);
    view.searchAgain();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(request).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(request).toHaveBeenCalledTimes(2);
  expect(view.shown.value.rows.map(({ seq }) => seq)).toEqual([1, 3]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(request).toHaveBeenCalledTimes(2);
});

it('sends no search for a filter that needs no payload', async () => {
  const view = createRecordView(new RecordFeed(), request);
  const filter = parseFilter('dir:in');
  view.setTerms(filter.ok ? filter.terms : []);
  view.searchAgain();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(request).not.toHaveBeenCalled();
});
