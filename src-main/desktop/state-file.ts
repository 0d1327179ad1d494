import { writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { nonFileAt, readRegularFileNow } from '../base/regular-file.ts';

/* Small JSON files with what the application keeps from one run to the next and can do without. */

/**
 * Reads a file; undefined when it is missing or invalid, which is not an error.
 * @param maxBytes BOUNDED: a larger file is invalid
 */
export function readState<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  maxBytes: number,
): z.output<Schema> | undefined {
  try {
    const { bytes } = readRegularFileNow(file, maxBytes);
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Saves a file for the next start, for this user only. Ignores write errors: the next start then has none. */
export function writeState(file: string, state: object): void {
  try {
    // Opening a named pipe waits until another program reads it.
    if (nonFileAt(file) !== undefined) return;
    writeFileSync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch {
    // As if the file did not exist.
  }
}
