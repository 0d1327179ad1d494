import { useEventListener } from '@vueuse/core';
import { isFloatingOpen } from './use-shortcuts.ts';

/**
 * Closes a panel with Escape from wherever the focus is. A menu, a dialog, a field with an own use of Escape, and an input
 * method get it first.
 */
export function useEscape(isOpen: () => boolean, close: () => void): void {
  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (!isOpen() || isFloatingOpen()) return;
    event.preventDefault();
    close();
  });
}
