import { statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { createStream } from 'rotating-file-stream';
import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import { describeError } from './errors.ts';
import { logText, type LogSink } from './log.ts';
import { nonFileAt } from './regular-file.ts';
import { Ring } from './ring.ts';

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
  const writer = pino(
    { level: 'debug', base: null, timestamp: false, formatters: { level: (label) => ({ level: label }) } },
    stream,
  );
  return {
    write(line) {
      if (failed) return;
      writer[line.level](
        { at: new Date(line.at).toISOString(), scope: line.scope, ...line.fields },
        line.message,
      );
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

/** Writes text lines to a stream such as standard error. */
export function textSink(stream: { write(text: string): unknown }): LogSink {
  return {
    write(line) {
      stream.write(`${logText(line)}\n`);
    },
  };
}

/** Passes on only lines of `level` and above, for a terminal that shows less than the log file. */
export function fromLevel(level: LogLevel, sink: LogSink): LogSink {
  const least = LOG_LEVELS.indexOf(level);
  return {
    write(line) {
      if (LOG_LEVELS.indexOf(line.level) >= least) sink.write(line);
    },
  };
}

/** Keeps the newest lines in memory, for the window. BOUNDED: `capacity`. */
export class RingSink implements LogSink {
  readonly #lines: Ring<LogLine>;

  constructor(capacity: number) {
    this.#lines = new Ring(capacity);
  }

  write(line: LogLine): void {
    this.#lines.push(line);
  }

  /** All kept lines, oldest first. */
  all(): readonly LogLine[] {
    return this.#lines.toArray();
  }

  /** Lines after `seq`, oldest first. */
  after(seq: number): readonly LogLine[] {
    return this.#lines.tailWhile((line) => line.seq > seq);
  }
}
