import { onScopeDispose } from 'vue';
import type { Router } from 'vue-router';
import { showNotice } from './use-notice.ts';

/**
 * Shows a notice when a view cannot be loaded: a page in a browser gets the code of a view from the node when it is first opened.
 * @param text the text of the notice
 */
export function useViewErrors(router: Pick<Router, 'onError'>, text: () => string): void {
  onScopeDispose(
    router.onError(() => {
      showNotice(text(), 'bad');
    }),
  );
}
