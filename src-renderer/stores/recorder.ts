import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import {
  DEFAULT_RECORDS,
  type RecordingScope,
  type RecordingStatus,
  type RecordRow,
} from '../../shared/model/recording.ts';
import { request } from '../api.ts';
import { createRecordView } from '../composables/recorder-view.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';
import { RecordFeed, rowOfSeq } from '../model/record-feed.ts';
import { useRecordSummariesStore } from './record-summaries.ts';

/** BOUNDED: bookmarks; the oldest leave. */
const MAX_BOOKMARKS = 200;

/** The recording of messages: its state, its rows, and what the Inspector shows of them. */
export const useRecorderStore = defineStore('recorder', () => {
  const summaries = useRecordSummariesStore();
  const feed = new RecordFeed();
  const view = createRecordView(feed, (filter) => request('recorder.search', { filter }));
  const status = shallowRef<RecordingStatus | null>(null);
  const loaded = ref(false);
  const selected = shallowRef<number | null>(null);
  const { bookmarks, toggleBookmark, clearBookmarks } = createBookmarks();
  let epoch = 0;

  const publish = (): void => {
    if (feed.epoch !== epoch) {
      epoch = feed.epoch;
      summaries.clear();
      clearBookmarks();
      selected.value = null;
    }
    view.publish();
  };

  const take = (next: RecordingStatus): void => {
    const before = status.value;
    status.value = next;
    if (next.first !== null) feed.dropBefore(next.first);
    // Another window removed all records: those that the status before this one counted.
    else if (before?.last != null) feed.dropBefore(before.last + 1);
    publish();
  };
  const statusFeed = createTopicFeed('recorder', {}, (pushes) => {
    const next = newestOf(pushes);
    if (next !== undefined) take(next);
  });
  const rowsFeed = createTopicFeed('records', {}, (pushes) => {
    loaded.value = true;
    feed.apply(pushes, status.value?.maxRecords ?? DEFAULT_RECORDS);
    publish();
    view.searchAgain();
  });

  /** The row with a number, also when it is not shown. */
  const rowOf = (seq: number): RecordRow | undefined => rowOfSeq(feed.rows, seq);

  const clear = async (): Promise<void> => {
    const next = await request('recorder.clear', {});
    feed.clear();
    take(next);
  };

  return {
    status,
    loaded,
    selected,
    /** Reads `changes`, because nothing observes the rows. */
    selectedRow: computed(() =>
      selected.value === null || view.changes.value < 0 ? null : (rowOf(selected.value) ?? null),
    ),
    bookmarks,
    toggleBookmark,
    rowOf,
    /** All rows that the window keeps; not reactive, `changes` counts their changes. */
    allRows: (): readonly RecordRow[] => feed.rows,
    ...view,
    subscribe: () => rowsFeed.subscribe(),
    subscribeStatus: () => statusFeed.subscribe(),
    ...createSwitch(take),
    clear,
  };
});

/** Starts and stops the recording. */
function createSwitch(take: (status: RecordingStatus) => void) {
  return {
    async start({ nodes, discovery }: RecordingScope): Promise<void> {
      take(await request('recorder.start', { nodes: nodes === null ? null : [...nodes], discovery }));
    },
    async stop(): Promise<void> {
      take(await request('recorder.stop', {}));
    },
  };
}

/** Numbers of the marked rows. */
function createBookmarks() {
  const bookmarks = shallowRef<ReadonlySet<number>>(new Set());
  return {
    bookmarks,
    toggleBookmark(seq: number): void {
      const next = new Set(bookmarks.value);
      if (!next.delete(seq)) next.add(seq);
      bookmarks.value = new Set([...next].slice(-MAX_BOOKMARKS));
    },
    clearBookmarks: () => (bookmarks.value = new Set()),
  };
}
