import { useEventListener } from '@vueuse/core';

/** What a key press stands for. */
export interface Shortcut {
  /** `mod+k` (Ctrl, on a Mac Command), a single key such as `?`, or two in a row such as `g p`. */
  readonly keys: string;
  readonly run: () => void;
}

const SEQUENCE_MS = 900;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A dialog or a menu has the keyboard to itself. */
const isFloatingOpen = (): boolean =>
  document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

/**
 * Listens for shortcuts while the calling scope lives. Single keys are ignored in fields, in dialogs and when
 * `singleKeys` says so (WCAG 2.1.4).
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
    if (event.altKey || !singleKeys() || isTyping(event.target) || isFloatingOpen()) return;
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

/** How this system writes the command key. */
export const MOD_KEY = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
