import type { LoadRest } from '../composables/use-rest-of-rows.ts';
import { showNotice } from '../composables/use-notice.ts';

/** The loader of the rest of a paged list for its table; a failure is shown as a notice. */
export const loadRestOf =
  (list: { readonly failure: string | null; rest(signal: AbortSignal): Promise<void> }): LoadRest =>
  async (signal) => {
    await list.rest(signal);
    if (!signal.aborted && list.failure !== null) showNotice(list.failure, 'bad');
  };
