import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { SessionRecord } from '../../shared/model/session.ts';
import { request } from '../api.ts';

/** Records per page. */
export const SESSIONS_PER_PAGE = 200;
/** Records that the window keeps; the node's database has all. */
const MAX_RECORDS = 10_000;

/** Past sessions, fetched page by page while the user scrolls. */
export const useSessionsStore = defineStore('sessions', () => {
  // BOUNDED: MAX_RECORDS
  const records = shallowRef<readonly SessionRecord[] | null>(null);
  const total = ref(0);
  const busy = ref(false);
  const next = ref<string | null>(null);
  const failure = ref<string | null>(null);
  let text = '';
  /** Number of the current list; replies to requests of an earlier list are discarded. */
  let list = 0;

  const fetchPage = async (before: string | null): Promise<void> => {
    const requested = list;
    busy.value = true;
    try {
      const page = await request('sessions.list', { before, limit: SESSIONS_PER_PAGE, text, node: null });
      if (requested !== list) return;
      records.value = before === null ? page.records : [...(records.value ?? []), ...page.records];
      total.value = page.total;
      next.value = records.value.length >= MAX_RECORDS ? null : page.next;
      failure.value = null;
    } catch (error) {
      if (requested === list) failure.value = error instanceof Error ? error.message : String(error);
    } finally {
      if (requested === list) busy.value = false;
    }
  };

  return {
    records,
    total,
    busy,
    failure,
    /** Loads the first page for a filter text; the current records stay until the reply. */
    load: (filter: string): Promise<void> => {
      text = filter;
      list += 1;
      return fetchPage(null);
    },
    more: async (): Promise<void> => {
      if (next.value !== null && !busy.value) await fetchPage(next.value);
    },
    exportText: (format: 'csv' | 'json') => request('sessions.export', { format }),
  };
});
