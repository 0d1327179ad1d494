import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { RequestParams, TopicParams } from '../../shared/api-contract.ts';
import {
  DEFAULT_RECORDS,
  MAX_RECORDS,
  type ExportedRecording,
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
  /** Counts the changes between the recording and files: the rows are subscribed to again. */
  const edition = ref(0);
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

  /** A file is shown in place of the recording, or the recording again: all rows are others. */
  const showOthers = (isFile: boolean): void => {
    feed.clear();
    loaded.value = false;
    publish();
    view.reset(isFile);
    edition.value += 1;
  };
  const take = (next: RecordingStatus): void => {
    const before = status.value;
    status.value = next;
    if (next.file !== (before?.file ?? null)) showOthers(next.file !== null);
    if (next.first !== null) feed.dropBefore(next.first);
    // Another window removed all records: those that the status before this one counted.
    else if (before?.last != null) feed.dropBefore(before.last + 1);
    publish();
  };
  const statusFeed = createTopicFeed('recorder', {}, (pushes) => {
    const next = newestOf(pushes);
    if (next !== undefined) take(next);
  });
  /** New parameters with each edition, so that the feed subscribes again. */
  const paramsOf = (): TopicParams<'records'> | null => (edition.value < 0 ? null : {});
  const rowsFeed = createTopicFeed('records', paramsOf, (pushes) => {
    loaded.value = true;
    const { file = null, maxRecords = DEFAULT_RECORDS } = status.value ?? {};
    feed.apply(pushes, file === null ? maxRecords : MAX_RECORDS);
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

  /** Shows a file of JSON lines. @throws ApiError that names the first wrong line; what was shown stays */
  const openFile = async (fileName: string, text: string): Promise<void> => {
    const before = status.value?.file ?? null;
    const next = await request('recorder.import', { fileName, text });
    take(next);
    // Another file of the same name.
    if (next.file === before) showOthers(true);
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
    openFile,
    closeFile: async () => take(await request('recorder.close', {})),
    exportFile: (options: RequestParams<'recorder.export'>): Promise<ExportedRecording> =>
      request('recorder.export', options),
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
