import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { LogLevel, LogLine } from '../../shared/model/log.ts';
import { request } from '../api.ts';
import { applyLines, type LinesPush } from '../model/lines.ts';
import { createTopicFeed } from '../composables/topic-feed.ts';

/** Lines that the window keeps; the log file has all. */
export const MAX_LOG_LINES = 10_000;
/** Lines that are held while the view is paused. */
const MAX_HELD_LINES = 10_000;

/** The newest log lines. While paused, new lines are held and shown on resume. */
export const useLogsStore = defineStore('logs', () => {
  // BOUNDED: MAX_LOG_LINES and MAX_HELD_LINES
  const lines = shallowRef<readonly LogLine[]>([]);
  const held = shallowRef<readonly LogLine[]>([]);
  const loaded = shallowRef(false);
  const paused = ref(false);

  const feed = createTopicFeed('logs', {}, (pushes: readonly LinesPush<LogLine>[]) => {
    loaded.value = true;
    if (paused.value) {
      const shown = lines.value[lines.value.length - 1]?.seq ?? -1;
      held.value = applyLines(held.value, pushes, MAX_HELD_LINES).filter((line) => line.seq > shown);
    } else {
      lines.value = applyLines(lines.value, pushes, MAX_LOG_LINES);
    }
  });

  const setPaused = (next: boolean): void => {
    paused.value = next;
    if (next) return;
    lines.value = applyLines(lines.value, [{ kind: 'delta', data: { appended: held.value } }], MAX_LOG_LINES);
    held.value = [];
  };

  return {
    lines,
    held,
    loaded,
    paused,
    setPaused,
    subscribe: () => feed.subscribe(),
    exportText: (level: LogLevel, text: string) => request('logs.export', { level, text }),
  };
});
