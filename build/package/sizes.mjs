import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The size of a folder's files, KiB, each rounded up. */
export function kilobytesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .reduce((sum, entry) => sum + Math.ceil(lstatSync(join(entry.parentPath, entry.name)).size / 1_024), 0);
}

/** Megabytes with one decimal, such as `96.4 MB`. */
export const inMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
