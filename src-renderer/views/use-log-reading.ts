import { computed, ref, shallowRef, watch } from 'vue';
import type { LogLevel, LogLine } from '../../shared/model/log.ts';
import { filterLogs, linesLeft } from '../model/log-filter.ts';

/** What useLogReading reads. */
export interface LogSource {
  readonly lines: readonly LogLine[];
  /** The least level of a shown line. */
  readonly level: LogLevel;
  /** Words that a shown line has. */
  readonly text: string;
}

/** The shown lines of the log, the chosen one, and following the newest. Called in a setup function. */
export function useLogReading(source: () => LogSource) {
  const shown = computed(() => {
    const { lines, level, text } = source();
    return filterLogs(lines, level, text);
  });
  const filter = computed(() => `${source().level} ${source().text}`);
  /** Shown lines that left at the front so far: those in sight stay where they are. */
  const base = ref(0);
  watch(
    [shown, filter],
    ([next, by], [before, byBefore]) => {
      if (by === byBefore) base.value += linesLeft(before, next);
    },
    { flush: 'sync' },
  );

  const selected = shallowRef<LogLine | null>(null);
  const follow = ref(true);
  /** Number of the newest shown line when following ended. */
  const seenTo = ref(-1);
  const newest = computed(() => shown.value.at(-1)?.seq ?? -1);
  /** Shown lines that arrived since then. */
  const fresh = computed(() =>
    follow.value ? 0 : shown.value.length - shown.value.findLastIndex(({ seq }) => seq <= seenTo.value) - 1,
  );
  function setFollow(next: boolean): void {
    if (!next && follow.value) seenTo.value = newest.value;
    follow.value = next;
  }

  return {
    shown,
    base,
    selected,
    follow,
    fresh,
    setFollow,
    /** Chooses a line. One that is not the newest ends following, so that it stays in sight. */
    open(line: LogLine): void {
      setFollow(line.seq === newest.value);
      selected.value = line;
    },
    /** The table was scrolled. A chosen line that is not the newest stays in sight until following is asked for. */
    scrolled(isAtEnd: boolean): void {
      const isHeld = selected.value !== null && selected.value.seq !== newest.value;
      if (!isAtEnd || !isHeld) setFollow(isAtEnd);
    },
  };
}
