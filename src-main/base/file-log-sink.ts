import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createStream } from 'rotating-file-stream';
import { describeError } from './errors.ts';
import { jsonSink } from './json-log-sink.ts';
import type { LogSink } from './log.ts';
import { nonFileAt } from './regular-file.ts';

/** The log file: one JSON object per line. */
const FILE_NAME = 'enodeck.log';
/** BOUNDED: 5 rotated files of 10 MB and the current one. */
const FILE_SIZE = '10M';
const MAX_FILES = 5;

/** A sink that owns a resource; `close` writes what is queued and releases it. */
export interface ClosableSink extends LogSink {
  close(): Promise<void>;
}

/**
 * Writes JSON lines to a rotating file in `folder`.
 * @param onFailure called once with the reason when the file cannot be written; the other sinks are not affected
 */
export function fileSink(folder: string, onFailure: (reason: string) => void): ClosableSink {
  const obstacle = obstacleOf(folder);
  if (obstacle !== undefined) return noFileSink(() => onFailure(obstacle));
  const stream = createStream(FILE_NAME, {
    path: folder,
    size: FILE_SIZE,
    maxFiles: MAX_FILES,
    mode: 0o600,
  });
  let failed = false;
  stream.on('error', (error: Error) => {
    if (!failed) onFailure(error.message);
    failed = true;
  });
  const lines = jsonSink(stream);
  return {
    write(line) {
      if (!failed) lines.write(line);
    },
    close: () =>
      new Promise((resolve) => {
        if (failed) resolve();
        else stream.end(resolve);
      }),
  };
}

/** A sink that writes nothing and reports at the first line, like a stream that cannot be opened. */
function noFileSink(report: () => void): ClosableSink {
  let reported = false;
  return {
    write() {
      if (reported) return;
      reported = true;
      report();
    },
    close: () => Promise.resolve(),
  };
}

/** Why the log file cannot be opened; undefined when it can. Opening a named pipe would block until it has a reader. */
function obstacleOf(folder: string): string | undefined {
  try {
    const file = join(folder, FILE_NAME);
    const kind = nonFileAt(file);
    if (kind !== undefined) return `${file} is ${kind}, not a file: move it away`;
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? true;
    return isFolder ? undefined : `${folder} is not a folder: move it away`;
  } catch (error) {
    return describeError(error);
  }
}
