import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { RecordDetail } from '../../shared/model/recording.ts';
import { request } from '../api.ts';
import { messageOf } from '../composables/use-action.ts';

/** The chosen message with its payload and fields. */
export const useRecordDetailStore = defineStore('record-detail', () => {
  /** The last message that was loaded; it stays while the next one is on its way. */
  const detail = shallowRef<RecordDetail | null>(null);
  /** `gone`: the record left the recording. */
  const state = ref<'none' | 'loading' | 'shown' | 'gone' | 'failed'>('none');
  const error = ref<string | null>(null);
  let wanted: number | null = null;
  let isBusy = false;

  /** One request at a time, and only for the newest choice: a held arrow key passes many rows. */
  const load = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    let seq = wanted;
    try {
      while (seq !== null) {
        const found = await request('recorder.detail', { seq });
        if (seq === wanted) {
          detail.value = found;
          state.value = found === null ? 'gone' : 'shown';
          break;
        }
        seq = wanted;
      }
    } catch (fault) {
      error.value = messageOf(fault);
      state.value = 'failed';
    } finally {
      isBusy = false;
    }
  };

  return {
    detail,
    state,
    error,
    /** Loads a record; null for none. */
    select(seq: number | null): void {
      wanted = seq;
      if (seq === null) {
        detail.value = null;
        state.value = 'none';
        return;
      }
      state.value = 'loading';
      void load();
    },
  };
});
