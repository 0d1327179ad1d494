import { useEventListener } from '@vueuse/core';

/** A keyboard shortcut. */
export interface Shortcut {
  /** `mod+k` (Ctrl, or Command on macOS), a single key such as `?`, or a sequence of two such as `g p`. */
  readonly keys: string;
  readonly run: () => void;
}

const SEQUENCE_MS = 900;

/** Whether keys and the clipboard go to a field. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Whether the key presses the focused button, so that it is no shortcut. */
const isPressed = (event: KeyboardEvent): boolean =>
  event.key === ' ' &&
  event.target instanceof HTMLElement &&
  event.target.closest('button, a, summary, [role="button"], [role="switch"], [role="checkbox"]') !== null;

/** Whether a dialog or a menu is open; it gets all single keys. */
export const isFloatingOpen = (): boolean =>
  document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

/**
 * Handles shortcuts until the calling scope is disposed. Single keys are ignored in fields, in dialogs and while
 * `singleKeys` returns false. @see https://www.w3.org/TR/WCAG21/#character-key-shortcuts
 */
export function useShortcuts(shortcuts: readonly Shortcut[], singleKeys: () => boolean): void {
  const byKeys = new Map(shortcuts.map((shortcut) => [shortcut.keys, shortcut.run]));
  let first = '';
  let firstAt = 0;

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      const run = event.altKey || event.shiftKey ? undefined : byKeys.get(`mod+${key}`);
      if (run === undefined) return;
      event.preventDefault();
      run();
      return;
    }
    if (event.altKey || !singleKeys() || isTyping(event.target) || isPressed(event) || isFloatingOpen())
      return;
    const sequence = event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${key}` : '';
    const run = byKeys.get(sequence) ?? byKeys.get(key);
    first = key;
    firstAt = event.timeStamp;
    if (run === undefined) return;
    event.preventDefault();
    first = '';
    run();
  });
}

/** The label of the modifier key on this system. */
export const MOD_KEY = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
