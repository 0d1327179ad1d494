import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { SessionRecord } from '../../shared/model/session.ts';
import { request } from '../api.ts';
import { usePagedList } from './paged-list.ts';

/** Records per page. */
export const SESSIONS_PER_PAGE = 200;
/** Records that the window keeps; the node's database has all. */
const MAX_RECORDS = 10_000;

/** Past sessions, fetched page by page while the user scrolls. */
export const useSessionsStore = defineStore('sessions', () => {
  // BOUNDED: MAX_RECORDS
  const records = shallowRef<readonly SessionRecord[] | null>(null);
  const total = ref(0);
  /** How many of the list this window can show, with those that are not loaded yet; -1 while that is not known. */
  const showable = ref(-1);
  let text = '';

  const { failure, load, more, rest } = usePagedList(
    (before) => request('sessions.list', { before, limit: SESSIONS_PER_PAGE, text, node: null }),
    (page, isFirst) => {
      records.value = isFirst ? page.records : [...(records.value ?? []), ...page.records];
      total.value = page.total;
      const next = records.value.length >= MAX_RECORDS ? null : page.next;
      // `total` counts sessions that a filter hides too.
      const ofAll = text === '' ? Math.min(page.total, MAX_RECORDS) : -1;
      showable.value = next === null ? records.value.length : ofAll;
      return next;
    },
  );

  return {
    records,
    total,
    showable,
    failure,
    /** Loads the first page for a filter text; the current records stay until the reply. */
    load: (filter: string): Promise<void> => {
      text = filter;
      return load();
    },
    more,
    rest,
    exportText: (format: 'csv' | 'json') => request('sessions.export', { format }),
  };
});
