import { computed, ref, shallowRef, type Ref } from 'vue';
import { defineStore } from 'pinia';
import type { RequestParams } from '../../shared/api-contract.ts';
import {
  DEFAULT_RECORDS,
  MAX_RECORDS,
  type ExportedRecording,
  type RecordingScope,
  type RecordingStatus,
  type RecordRow,
} from '../../shared/model/recording.ts';
import { request, type TopicPush } from '../api.ts';
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

  /** A file takes the place of the recording, or the recording that of a file: all rows are others. */
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
    if (isOther(next, before)) showOthers(next.file !== null);
    // Without any, another window removed all records: those that the status before this one counted.
    feed.dropBefore(next.first ?? (before?.last ?? -1) + 1);
    publish();
  };
  const statusFeed = createStatusFeed(take);
  const rowsFeed = createRowsFeed(edition, (pushes) => {
    loaded.value = true;
    feed.apply(pushes, limitOf(status.value));
    publish();
    view.searchAgain();
  });

  return {
    status,
    loaded,
    selected,
    /** Reads `changes`, because nothing observes the rows. */
    selectedRow: computed(() =>
      selected.value === null || view.changes.value < 0
        ? null
        : (rowOfSeq(feed.rows, selected.value) ?? null),
    ),
    bookmarks,
    toggleBookmark,
    rowOf: (seq: number): RecordRow | undefined => rowOfSeq(feed.rows, seq),
    /** All rows that the window keeps; not reactive, `changes` counts their changes. */
    allRows: (): readonly RecordRow[] => feed.rows,
    ...view,
    subscribe: rowsFeed.subscribe,
    subscribeStatus: statusFeed.subscribe,
    ...createSwitch(feed, take),
    ...createFiles(take),
  };
});

/** Whether other records are shown than before; a page without a status knows only that a file is not the recording. */
const isOther = (next: RecordingStatus, before: RecordingStatus | null): boolean =>
  before === null ? next.file !== null : next.edition !== before.edition;

/** The rows; they are subscribed to again with each edition, because its parameters are a new object. */
function createRowsFeed(edition: Ref<number>, apply: (pushes: readonly TopicPush<'records'>[]) => void) {
  return createTopicFeed('records', () => (edition.value < 0 ? null : {}), apply);
}

/** Rows that the window keeps; a file is bounded by its import. */
function limitOf(status: RecordingStatus | null): number {
  return status?.file == null ? (status?.maxRecords ?? DEFAULT_RECORDS) : MAX_RECORDS;
}

function createStatusFeed(take: (status: RecordingStatus) => void) {
  return createTopicFeed('recorder', {}, (pushes) => {
    const next = newestOf(pushes);
    if (next !== undefined) take(next);
  });
}

/** Starts, stops and clears the recording. */
function createSwitch(feed: RecordFeed, take: (status: RecordingStatus) => void) {
  return {
    async start({ nodes, discovery }: RecordingScope): Promise<void> {
      take(await request('recorder.start', { nodes: nodes === null ? null : [...nodes], discovery }));
    },
    async stop(): Promise<void> {
      take(await request('recorder.stop', {}));
    },
    async clear(): Promise<void> {
      const next = await request('recorder.clear', {});
      feed.clear();
      take(next);
    },
  };
}

/** Recordings as files. */
function createFiles(take: (status: RecordingStatus) => void) {
  return {
    /** Shows a file of JSON lines. @throws ApiError that names the first wrong line; what was shown stays */
    async openFile(fileName: string, text: string): Promise<void> {
      take(await request('recorder.import', { fileName, text }));
    },
    async closeFile(): Promise<void> {
      take(await request('recorder.close', {}));
    },
    exportFile: (options: RequestParams<'recorder.export'>): Promise<ExportedRecording> =>
      request('recorder.export', options),
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
