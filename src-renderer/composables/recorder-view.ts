import { useTimeoutFn } from '@vueuse/core';
import { computed, ref, shallowRef } from 'vue';
import { RECORD_SOURCES, type RecordRow, type RecordSource } from '../../shared/model/recording.ts';
import { matchesFilter, needsPayload, type FilterTerm } from '../../shared/record-filter.ts';
import { payloadFilter } from '../model/filter-chips.ts';
import type { TimeRange } from '../model/record-density.ts';
import { indexesBetween, indexOfSeq, type RecordFeed } from '../model/record-feed.ts';
import { messageOf } from './use-action.ts';

/** The rows of the table. */
export interface ShownRows {
  readonly rows: readonly RecordRow[];
  /** Rows that left at the front so far: the first row's number among all that were ever shown. */
  readonly base: number;
}

/** Terms on payloads are searched again at most this often while rows arrive, milliseconds. */
const SEARCH_MS = 2_000;

/** Asks the node which records match a filter on payloads; resolves with their numbers. */
type SearchPayloads = (filter: string) => Promise<readonly number[]>;

/** What the table shows of the recording: the filter, the sources, the time range, and the pause. */
export function createRecordView(feed: RecordFeed, searchPayloads: SearchPayloads) {
  const state = createViewState();
  const { held, changes, terms, sources, range, pausedAt } = state;

  const show = (): void => showRows(feed, state);
  const publish = (): void => {
    changes.value += 1;
    if (pausedAt.value === null) show();
    else held.value = feed.matching.length - indexOfSeq(feed.matching, pausedAt.value + 1);
  };

  const search = createPayloadSearch(
    searchPayloads,
    () => terms.value,
    () => filter(),
  );
  const filter = (): void => {
    const wanted = new Set(sources.value);
    feed.setFilter((row) => wanted.has(row.source) && matchesFilter(row, terms.value, search.has));
    show();
  };
  const setSources = (next: readonly RecordSource[]): void => {
    sources.value = next;
    filter();
  };
  const setRange = (next: TimeRange | null): void => {
    range.value = next;
    show();
  };
  /** Holds the view; the recording goes on. */
  const setPaused = (next: boolean): void => {
    pausedAt.value = next ? (feed.rows[feed.rows.length - 1]?.seq ?? 0) : null;
    held.value = 0;
    show();
  };
  const setTerms = (next: readonly FilterTerm[]): void => {
    terms.value = next;
    filter();
    search.run();
  };

  return {
    ...state,
    /** The view of other rows is unfiltered. */
    reset: (isFile: boolean): void => {
      resetState(state, isFile);
      setTerms([]);
    },
    paused: computed(() => pausedAt.value !== null),
    searchError: search.error,
    publish,
    setTerms,
    searchAgain: search.again,
    setSources,
    setRange,
    setPaused,
  };
}

/** Shows the rows that the filter accepts, up to the pause and within the time range. */
function showRows(feed: RecordFeed, { matching, shown, total, range, pausedAt }: ViewState): void {
  const end = pausedAt.value === null ? undefined : indexOfSeq(feed.matching, pausedAt.value + 1);
  matching.value = feed.matching.slice(0, end);
  const all = matching.value;
  const [from, to] = range.value === null ? [0, all.length] : indexesBetween(all, range.value);
  shown.value = {
    rows: from === 0 && to === all.length ? all : all.slice(from, to),
    base: feed.left + from,
  };
  total.value = feed.rows.length;
}

type ViewState = ReturnType<typeof createViewState>;

/** Of a file all sources are shown, because they are not recorded by the choice. */
function resetState(state: ViewState, isFile: boolean): void {
  state.range.value = null;
  state.pausedAt.value = null;
  state.held.value = 0;
  state.sources.value = isFile ? RECORD_SOURCES : ['session'];
}

function createViewState() {
  return {
    shown: shallowRef<ShownRows>({ rows: [], base: 0 }),
    /** Rows that pass the filter and the sources, in the whole time. */
    matching: shallowRef<readonly RecordRow[]>([]),
    total: ref(0),
    /** Matching rows that arrived while the view is paused. */
    held: ref(0),
    /** Counts the changes of the rows. */
    changes: ref(0),
    terms: shallowRef<readonly FilterTerm[]>([]),
    sources: shallowRef<readonly RecordSource[]>(['session']),
    range: shallowRef<TimeRange | null>(null),
    /** Number of the newest row when the view was paused; null while it is not. */
    pausedAt: ref<number | null>(null),
  };
}

/** Terms on payloads: the node says which records match. `changed` is called when it did. */
function createPayloadSearch(
  searchPayloads: SearchPayloads,
  terms: () => readonly FilterTerm[],
  changed: () => void,
) {
  const hits = new Map<string, ReadonlySet<number>>();
  const error = ref<string | null>(null);
  let isBusy = false;
  /** Rows arrived since the last search began: they are searched after the pause, also when no more arrive. */
  let isStale = false;
  const pause = useTimeoutFn(() => isStale && again(), SEARCH_MS, { immediate: false });

  const run = async (): Promise<void> => {
    const wanted = new Set(terms().filter(needsPayload).map(payloadFilter));
    for (const known of hits.keys()) if (!wanted.has(known)) hits.delete(known);
    isStale = false;
    isBusy = true;
    try {
      for (const text of wanted) hits.set(text, new Set(await searchPayloads(text)));
      error.value = null;
      if (wanted.size > 0) changed();
    } catch (fault) {
      error.value = messageOf(fault);
    } finally {
      isBusy = false;
      pause.start();
    }
  };
  /** Searches again, because rows arrived; not more often than every SEARCH_MS. */
  const again = (): void => {
    if (!terms().some(needsPayload)) return;
    isStale = true;
    if (!isBusy && !pause.isPending.value) void run();
  };
  return {
    error,
    has: (row: RecordRow, term: FilterTerm): boolean => hits.get(payloadFilter(term))?.has(row.seq) === true,
    run: (): void => void run(),
    again,
  };
}
