import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { SessionRecord } from '../../shared/model/session.ts';
import { request } from '../api.ts';

const PAGE = 200;
/** Records that the window keeps of one list; the node's database has the rest. */
const MAX_RECORDS = 10_000;

/** Past sessions, fetched page by page as somebody scrolls. */
export const useSessionsStore = defineStore('sessions', () => {
  // BOUNDED: MAX_RECORDS
  const records = shallowRef<readonly SessionRecord[] | null>(null);
  const total = ref(0);
  const busy = ref(false);
  const next = ref<string | null>(null);
  const failure = ref<string | null>(null);
  let text = '';
  /** Grows with every list; what answers an older one is thrown away. */
  let list = 0;

  const fetchPage = async (before: string | null): Promise<void> => {
    const asked = list;
    busy.value = true;
    try {
      const page = await request('sessions.list', { before, limit: PAGE, text, node: null });
      if (asked !== list) return;
      records.value = before === null ? page.records : [...(records.value ?? []), ...page.records];
      total.value = page.total;
      next.value = records.value.length >= MAX_RECORDS ? null : page.next;
      failure.value = null;
    } catch (error) {
      if (asked === list) failure.value = error instanceof Error ? error.message : String(error);
    } finally {
      if (asked === list) busy.value = false;
    }
  };

  return {
    records,
    total,
    busy,
    failure,
    /** Begins anew with the newest; what is shown stays until the answer is there. */
    load: (wanted: string): Promise<void> => {
      text = wanted;
      list += 1;
      return fetchPage(null);
    },
    more: async (): Promise<void> => {
      if (next.value !== null && !busy.value) await fetchPage(next.value);
    },
    exportText: (format: 'csv' | 'json') => request('sessions.export', { format }),
  };
});
