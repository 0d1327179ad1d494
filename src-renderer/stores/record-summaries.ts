import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { MAX_SUMMARIES, type RecordSummary } from '../../shared/model/recording.ts';
import { request } from '../api.ts';

/** BOUNDED: summaries that are kept; the oldest leave. */
const MAX_KEPT = 5_000;
/** Between two requests, so that a fast scroll decodes only the rows at which it ends. */
const PAUSE_MS = 80;

/** One line of each message in sight. The node decodes a message when its row is seen. */
export const useRecordSummariesStore = defineStore('record-summaries', () => {
  const known = new Map<number, RecordSummary>();
  /** Counts the changes of `known`. */
  const changes = shallowRef(0);
  let wanted: readonly number[] = [];
  let isBusy = false;
  let epoch = 0;

  const ask = async (seqs: readonly number[]): Promise<void> => {
    const asked = epoch;
    const found = await request('recorder.summaries', { seqs: [...seqs] });
    if (asked !== epoch) return;
    for (const summary of found) known.set(summary.seq, summary);
    for (const seq of known.keys()) {
      if (known.size <= MAX_KEPT) break;
      known.delete(seq);
    }
    changes.value += 1;
  };
  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      for (let seqs = missing(); seqs.length > 0; seqs = missing()) {
        wanted = wanted.filter((seq) => !seqs.includes(seq));
        await ask(seqs);
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    } catch {
      // The connection is lost, which the window says elsewhere. The rows are asked for again when they are drawn.
      wanted = [];
    } finally {
      isBusy = false;
    }
  };
  const missing = (): readonly number[] => wanted.filter((seq) => !known.has(seq)).slice(0, MAX_SUMMARIES);

  return {
    changes,
    summaryOf: (seq: number): RecordSummary | undefined => known.get(seq),
    /** Requests the summaries of the rows in sight; rows of an earlier call that are not among them are given up. */
    request(seqs: readonly number[]): void {
      wanted = seqs;
      void work();
    },
    /** Forgets all, because the numbers start again. */
    clear(): void {
      epoch += 1;
      known.clear();
      wanted = [];
      changes.value += 1;
    },
  };
});
