import { ref, type Ref } from 'vue';
import { messageOf } from '../composables/use-action.ts';

/** A list that is fetched page by page. */
export interface PagedList {
  readonly busy: Ref<boolean>;
  /** Why the latest request failed; null after a reply. */
  readonly failure: Ref<string | null>;
  /** Loads the first page; the current entries stay until the reply. */
  load(): Promise<void>;
  /** Loads the next page, if there is one and no request is under way. */
  more(): Promise<void>;
  /** Loads all pages that are left, also of a list that `load` starts meanwhile, until a request fails or the signal aborts. */
  rest(signal: AbortSignal): Promise<void>;
}

/**
 * Fetches a list page by page. `request` asks for the page after a cursor, null for the first; `take` keeps
 * its entries and returns the cursor of the next page, null at the end.
 */
export function usePagedList<Page>(
  request: (after: string | null) => Promise<Page>,
  take: (page: Page, isFirst: boolean) => string | null,
): PagedList {
  const busy = ref(false);
  const failure = ref<string | null>(null);
  let next: string | null = null;
  /** Number of the current list; replies to requests of an earlier list are discarded. */
  let list = 0;
  /** The latest request. */
  let latest: Promise<void> = Promise.resolve();

  const fetchPage = async (after: string | null): Promise<void> => {
    const requested = list;
    busy.value = true;
    try {
      const page = await request(after);
      if (requested !== list) return;
      next = take(page, after === null);
      failure.value = null;
    } catch (error) {
      if (requested === list) failure.value = messageOf(error);
    } finally {
      if (requested === list) busy.value = false;
    }
  };

  const start = (after: string | null): Promise<void> => {
    latest = fetchPage(after);
    return latest;
  };

  return {
    busy,
    failure,
    load: () => {
      list += 1;
      return start(null);
    },
    more: async () => {
      if (next !== null && !busy.value) await start(next);
    },
    rest: async (signal) => {
      do {
        // Not only once: another request may begin in between.
        while (busy.value) await latest;
        if (signal.aborted || next === null) return;
        await start(next);
      } while (failure.value === null);
    },
  };
}
