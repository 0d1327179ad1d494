import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Rectangle } from 'electron';
import { nonFileAt, readRegularFileNow } from '../base/regular-file.ts';

/** BOUNDED: the state has about 80 bytes. */
const MAX_STATE_BYTES = 4_096;

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});

/** Position and size of the window when it was closed. */
export type WindowState = z.output<typeof stateSchema>;

/** Reads the state of the last run; undefined when the file is missing or invalid, which is not an error. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    const { bytes } = readRegularFileNow(file, MAX_STATE_BYTES);
    return stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Saves the state for the next start. Ignores write errors: only the position is lost. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    // Opening a named pipe waits until another program reads it.
    if (nonFileAt(file) !== undefined) return;
    writeFileSync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch {
    // The next start then uses the default position.
  }
}

/** Part of the window that must be on a display, so that the user can grab it, pixels. */
const GRIP = 64;

/** Whether a window at `bounds` is reachable on one of the displays. */
export function isReachable(bounds: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some(
    (display) =>
      bounds.x + bounds.width >= display.x + GRIP &&
      bounds.x <= display.x + display.width - GRIP &&
      bounds.y >= display.y &&
      bounds.y <= display.y + display.height - GRIP,
  );
}
