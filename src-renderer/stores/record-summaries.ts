import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { MAX_SUMMARIES, type RecordSummary } from '../../shared/model/recording.ts';
import { request } from '../api.ts';

/** BOUNDED: summaries that are kept; the oldest leave. */
const MAX_KEPT = 5_000;
/** Between two requests, so that a fast scroll decodes only the rows at which it ends. */
const PAUSE_MS = 80;

/** The summary of the record with a number, if it is known. */
export type SummaryOf = (seq: number) => RecordSummary | undefined;

/** One line of each message in sight. The node decodes a message when its row is seen. */
export const useRecordSummariesStore = defineStore('record-summaries', () => {
  const known = new Map<number, RecordSummary>();
  const lookUp = () => (seq: number) => known.get(seq);
  /** By the number of a record; another function after each change. A value, because Pinia makes actions of functions. */
  const summaryOf = shallowRef<SummaryOf>(lookUp());
  /** Numbers of the known messages that could not be decoded; replaced only when one comes or leaves. */
  const broken = shallowRef<ReadonlySet<number>>(new Set());
  let wanted: readonly number[] = [];
  let isBusy = false;
  let epoch = 0;

  const publish = (found: readonly RecordSummary[]): void => {
    summaryOf.value = lookUp();
    const isOther =
      found.some(({ seq, isBroken }) => isBroken !== broken.value.has(seq)) ||
      [...broken.value].some((seq) => !known.has(seq));
    if (!isOther) return;
    const all = [...known.values()].filter(({ isBroken }) => isBroken);
    broken.value = new Set(all.map(({ seq }) => seq));
  };
  const ask = async (seqs: readonly number[]): Promise<void> => {
    const asked = epoch;
    const found = await request('recorder.summaries', { seqs: [...seqs] });
    if (asked !== epoch) return;
    for (const summary of found) known.set(summary.seq, summary);
    for (const seq of known.keys()) {
      if (known.size <= MAX_KEPT) break;
      known.delete(seq);
    }
    publish(found);
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
    summaryOf,
    broken,
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
      publish([]);
    },
  };
});
