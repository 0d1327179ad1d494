import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Intervals of the progress on a terminal, which is one line, and in a log, which gets a line each; milliseconds. */
const TERMINAL_MS = 500;
const LOG_MS = 10_000;

/** @returns {string} bytes as decimal megabytes: "262 MB" */
export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** @returns {string} "118 of 262 MB (45%)", or "118 MB" when the whole size is not known */
export function progressText(done, total) {
  if (total === undefined) return megabytes(done);
  // More than the expected size must not read as more than all of it.
  const percent = Math.min(99, Math.floor((done / total) * 100));
  return `${Math.round(done / 1e6)} of ${megabytes(total)} (${percent}%)`;
}

/** Bytes of all files in a folder. Files that vanish in the meantime count as nothing. */
export function folderBytes(folder) {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
    }
  } catch {
    return bytes;
  }
  return bytes;
}

/**
 * Runs a download that writes into `folder`, and shows the bytes that have come.
 * @param {{ folder: string, total?: number, stream?: NodeJS.WriteStream, everyMs?: number }} options
 * @param {() => Promise<T>} download
 * @returns {Promise<T>}
 * @template T
 */
export async function showProgress(options, download) {
  const { folder, total, stream = process.stderr } = options;
  const { everyMs = stream.isTTY ? TERMINAL_MS : LOG_MS } = options;
  const show = () => {
    const text = `  ${progressText(folderBytes(folder), total)}`;
    stream.write(stream.isTTY ? `\r${text}  ` : `${text}\n`);
  };
  const timer = setInterval(show, everyMs);
  try {
    return await download();
  } finally {
    clearInterval(timer);
    if (stream.isTTY) stream.write('\r\x1b[K');
  }
}
