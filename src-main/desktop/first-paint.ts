import type { BrowserWindow } from 'electron';
import type { Clock } from '../base/runtime.ts';

/** The longest wait for the first paint, milliseconds: the node starts also behind a window that cannot paint. */
export const FIRST_PAINT_MS = 3_000;

/** Resolves when the window has painted its page for the first time, is closed, or takes too long. */
export function firstPaint(window: Pick<BrowserWindow, 'once'>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(FIRST_PAINT_MS, resolve);
    const end = (): void => {
      timer.cancel();
      resolve();
    };
    window.once('ready-to-show', end);
    window.once('closed', end);
  });
}
