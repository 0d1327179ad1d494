import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Rectangle } from 'electron';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});

/** Where the window stood when it was closed. */
export type WindowState = z.output<typeof stateSchema>;

/** The state of the last run; undefined without one, or when the file is not one: that is no error. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps the state for the next start. A file that is cut short or cannot be written costs the position alone. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch {
    // The next start then uses the default position.
  }
}

/** A piece of a window's edge that must lie on a display, so that it can be grabbed. */
const GRIP = 64;

/** Whether a window at `bounds` could be reached on one of the displays. */
export function isReachable(bounds: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some(
    (display) =>
      bounds.x + bounds.width >= display.x + GRIP &&
      bounds.x <= display.x + display.width - GRIP &&
      bounds.y >= display.y &&
      bounds.y <= display.y + display.height - GRIP,
  );
}
