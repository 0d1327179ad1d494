import { computed, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { RECORD_SOURCES, type RecordRow } from '../../shared/model/recording.ts';
import { parseFilter, type FilterTerm } from '../../shared/record-filter.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { indexesBetween, indexOfSeq, rowOfSeq } from '../model/record-feed.ts';
import { nextTrouble, troubleOf, type Trouble } from '../model/record-words.ts';
import { useRecordDetailStore } from '../stores/record-detail.ts';
import { useRecordSummariesStore } from '../stores/record-summaries.ts';
import { useRecorderStore } from '../stores/recorder.ts';

/** A link names a moment: the message nearest to it, within this time, is chosen. */
const NEAR_MS = 5_000;

/** What useInspector returns. */
export type Inspector = ReturnType<typeof useInspector>;

/** The chosen message, the jumps between messages, and following the newest one. @param reveal scrolls the table to a row */
export function useInspector(t: Translate, reveal: (seq: number) => void) {
  const recorder = useRecorderStore();
  const details = useRecordDetailStore();
  const summaries = useRecordSummariesStore();
  const { follow, newest, fresh, setFollow, scrolled } = useFollowing();

  const trouble = (row: RecordRow): Trouble | null => troubleOf(row, summaries.broken.has(row.seq));
  watch(
    () => recorder.selected,
    (seq) => details.select(seq),
    { immediate: true },
  );
  /** Chooses a row. One that is not the newest ends following, so that it stays in sight. */
  const open = (row: RecordRow): void => {
    setFollow(row.seq === newest.value);
    recorder.selected = row.seq;
  };
  const jump = (seq: number): void => {
    const row = recorder.rowOf(seq);
    if (row === undefined) {
      showNotice(t('inspector.noOther'), 'bad');
      return;
    }
    open(row);
    if (rowOfSeq(recorder.shown.rows, seq) !== undefined) reveal(seq);
  };
  const jumpToOther = (): void => {
    const pair = recorder.selectedRow?.pairSeq ?? null;
    if (pair === null) showNotice(t('inspector.noOther'), 'bad');
    else jump(pair);
  };
  const jumpTo = (isWanted: (row: RecordRow) => boolean, none: string): void => {
    const row = nextTrouble(recorder.shown.rows, recorder.selected ?? 0, isWanted);
    if (row === undefined) showNotice(none, 'bad');
    else jump(row.seq);
  };

  return {
    follow,
    fresh,
    setFollow,
    scrolled,
    trouble,
    open,
    close: () => (recorder.selected = null),
    jump,
    jumpToOther,
    jumpToBroken: () => jumpTo((row) => trouble(row) === 'bad', t('inspector.noneBroken')),
    jumpToBookmark: () => jumpTo((row) => recorder.bookmarks.has(row.seq), t('inspector.noneBookmarked')),
    bookmark: () => {
      if (recorder.selected !== null) recorder.toggleBookmark(recorder.selected);
    },
  };
}

/** Following the newest row, and how many rows arrived since it ended. */
function useFollowing() {
  const recorder = useRecorderStore();
  const follow = ref(true);
  /** Number of the newest row when following ended. */
  const seenTo = ref(0);
  const newest = computed(() => recorder.shown.rows[recorder.shown.rows.length - 1]?.seq ?? 0);
  const fresh = computed(() =>
    follow.value ? 0 : recorder.shown.rows.length - indexOfSeq(recorder.shown.rows, seenTo.value + 1),
  );
  const setFollow = (next: boolean): void => {
    if (!next && follow.value) seenTo.value = newest.value;
    follow.value = next;
  };

  /** The table was scrolled. A chosen row that is not the newest stays in sight until following is asked for. */
  const scrolled = (isAtEnd: boolean): void => {
    const isHeld = recorder.selected !== null && recorder.selected !== newest.value;
    if (!isAtEnd || !isHeld) setFollow(isAtEnd);
  };

  return { follow, newest, fresh, setFollow, scrolled };
}

/** Applies the filter, the moment and the record of a link from another view, and removes them from the address. */
export function useInspectorLink(t: Translate, jump: (seq: number) => void): void {
  const recorder = useRecorderStore();
  const route = useRoute();
  const router = useRouter();
  const moment = ref<number | null>(null);
  const wanted = ref<number | null>(null);

  watch(
    () => [route.query['filter'], route.query['at'], route.query['record']],
    ([filter, at, record]) => {
      if (route.name !== 'inspector' || (filter === undefined && at === undefined)) return;
      const parsed = parseFilter(typeof filter === 'string' ? filter : '');
      recorder.setRange(null);
      recorder.setTerms(parsed.ok ? parsed.terms : []);
      moment.value = numberOf(at);
      wanted.value = numberOf(record);
      if (parsed.ok && parsed.terms.some(isTest)) {
        // A test has packets of all sources, and its rows are older than the pause.
        recorder.setSources(RECORD_SOURCES);
        if (recorder.paused) recorder.setPaused(false);
      }
      void router.replace({ name: 'inspector' });
    },
    { immediate: true },
  );
  watch(
    [wanted, () => recorder.loaded],
    ([seq, loaded]) => {
      if (seq === null || !loaded) return;
      wanted.value = null;
      jump(seq);
    },
    { immediate: true, flush: 'post' },
  );
  watch(
    [moment, () => recorder.loaded],
    ([at, loaded]) => {
      if (at === null || !loaded) return;
      moment.value = null;
      const row = nearest(recorder.shown.rows, at);
      if (row !== undefined) jump(row.seq);
      else if (recorder.total > 0) showNotice(t('inspector.nothingThen'), 'bad');
    },
    { immediate: true, flush: 'post' },
  );
}

const numberOf = (text: unknown): number | null =>
  typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : null;

const isTest = (term: FilterTerm): boolean => term.kind === 'key' && term.key === 'test';

function nearest(rows: readonly RecordRow[], at: number): RecordRow | undefined {
  const [from, to] = indexesBetween(rows, { from: at - NEAR_MS, to: at + NEAR_MS });
  return rows
    .slice(from, to)
    .reduce<RecordRow | undefined>(
      (best, row) => (best === undefined || Math.abs(row.at - at) < Math.abs(best.at - at) ? row : best),
      undefined,
    );
}
