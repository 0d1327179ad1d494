import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LogLine } from '../../shared/model/log.ts';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { describeError } from './errors.ts';
import { jsonSink } from './json-log-sink.ts';
import type { LogSink } from './log.ts';
import { makeFolder } from './make-folder.ts';
import { nonFileAt } from './regular-file.ts';
import type { Clock, Timer } from './runtime.ts';

/** BOUNDED: bytes that wait for the disk; further lines are lost, and counted. */
const MAX_QUEUED_BYTES = 8 * 1_048_576;
/** Time after a failure until the file is opened again, milliseconds: as the store does with a full disk. */
const RETRY_MS = 30_000;
/** Interval at which rotated files are checked for their age, milliseconds. */
const AGE_CHECK_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Where the log file is, and how it is rotated. */
export interface LogFileOptions {
  readonly path: string;
  /** Whether the file is renamed when it reaches `maxMegabytes`; without it another program may do so. */
  readonly rotate: boolean;
  /** Size of a file, MiB. */
  readonly maxMegabytes: number;
  /** Rotated files that are kept. */
  readonly maxBackups: number;
  /** Days for which a rotated file is kept; 0: not limited. */
  readonly maxDays: number;
  /** Whether rotated files are compressed with gzip. */
  readonly compress: boolean;
}

/** What a log file reports. */
export interface LogFileReports {
  /** The file cannot be written; the other sinks are not affected. Once in an outage. */
  readonly failed: (reason: string) => void;
  /** Lines are written again, after `lost` lines were not. */
  readonly resumed: (lost: number) => void;
}

/**
 * Writes JSON lines to a rotating file. After a failure it tries again, so that a disk that was full for a while does not end
 * the log of a run of months.
 */
export class FileLogSink implements LogSink {
  readonly #clock: Clock;
  readonly #reports: LogFileReports;
  readonly #lines: LogSink;
  #options: LogFileOptions;
  #stream: RotatingFileStream | undefined;
  /** When writing failed; undefined after a line was written. */
  #failedAt: number | undefined;
  /** A failure to be reported with the next line: there is no log yet while the constructor runs. */
  #unreported: string | undefined;
  #lost = 0;
  #ageCheck: Timer | undefined;

  constructor(options: LogFileOptions, clock: Clock, reports: LogFileReports) {
    this.#options = options;
    this.#clock = clock;
    this.#reports = reports;
    this.#lines = jsonSink({
      write: (text) => {
        this.#write(text);
      },
    });
    this.#open();
  }

  write(line: LogLine): void {
    this.report();
    if (this.#stream === undefined && this.#isRetryDue()) this.#open();
    if (this.#stream === undefined || this.#stream.writableLength > MAX_QUEUED_BYTES) this.#lost += 1;
    else this.#lines.write(line);
  }

  /** Closes the file and opens it anew, with these options: another program may have renamed it. */
  async reopen(options: LogFileOptions = this.#options): Promise<void> {
    const old = this.#stream;
    this.#options = options;
    this.#failedAt = undefined;
    this.#open();
    await ended(old);
    this.report();
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    this.#ageCheck?.cancel();
    const old = this.#stream;
    this.#stream = undefined;
    this.#failedAt = undefined;
    await ended(old);
  }

  #open(): void {
    this.#stream = undefined;
    const { path } = this.#options;
    const obstacle = logFileObstacle(path) ?? folderObstacle(path) ?? tailObstacle(path);
    if (obstacle !== undefined) {
      this.#fail(obstacle);
      return;
    }
    const stream = streamTo(this.#options);
    stream.on('error', (error: Error) => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      this.#fail(error.message);
      this.report();
    });
    this.#stream = stream;
    this.#removeOld();
  }

  #write(text: string): void {
    const stream = this.#stream;
    stream?.write(text, (error) => {
      if (error) this.#lost += 1;
      else if (stream === this.#stream) this.#written(stream);
    });
  }

  /** A line is on the disk. */
  #written(stream: RotatingFileStream): void {
    this.#failedAt = undefined;
    const lost = this.#lost;
    if (lost === 0 || stream.writableLength > 0) return;
    this.#lost = 0;
    this.#reports.resumed(lost);
  }

  #fail(reason: string): void {
    if (this.#failedAt === undefined) this.#unreported = reason;
    this.#failedAt = this.#clock.monotonic();
  }

  /** Reports a failure that was not reported yet. */
  report(): void {
    const reason = this.#unreported;
    this.#unreported = undefined;
    if (reason !== undefined) this.#reports.failed(reason);
  }

  #isRetryDue(): boolean {
    return this.#failedAt !== undefined && this.#clock.monotonic() - this.#failedAt >= RETRY_MS;
  }

  /** Removes the rotated files that are too old, now and every hour. */
  #removeOld(): void {
    this.#ageCheck?.cancel();
    const { path, maxDays } = this.#options;
    if (maxDays > 0) void removeBackups(path, this.#clock.now() - maxDays * DAY_MS);
    this.#ageCheck = this.#clock.after(AGE_CHECK_MS, () => {
      this.#removeOld();
    });
  }
}

function streamTo({ path, rotate, ...limits }: LogFileOptions): RotatingFileStream {
  const rotation = {
    size: `${String(limits.maxMegabytes)}M`,
    maxFiles: limits.maxBackups,
    ...(limits.compress && { compress: 'gzip' as const }),
  };
  const stream = createStream(basename(path), { path: dirname(path), mode: 0o600, ...(rotate && rotation) });
  stream.on('open', () => {
    writeWholeLines(stream);
  });
  return stream;
}

/**
 * A disk that becomes full takes a part of a line, which is no failure of `FileHandle.write`, and rotating-file-stream does not
 * write the rest. `appendFile` does, and fails where it cannot.
 */
function writeWholeLines(stream: RotatingFileStream): void {
  const { file } = stream as unknown as { readonly file: FileHandle };
  Object.assign(file, { write: (line: Uint8Array) => file.appendFile(line) });
}

function ended(stream: RotatingFileStream | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stream === undefined || stream.destroyed) resolve();
    else stream.once('error', () => resolve()).end(resolve);
  });
}

/**
 * Removes the rotated files of a log file that were last written before `before`, Unix milliseconds. Never rejects: a file that
 * cannot be removed stays.
 */
async function removeBackups(path: string, before: number): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => isBackup(each, basename(path)))) {
    const file = join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() === true && stats.mtimeMs < before) await rm(file).catch(() => undefined);
  }
}

/** Whether rotating-file-stream has given this name to a rotated file: date, time, number and name of the log file. */
function isBackup(name: string, of: string): boolean {
  const [, log] = /^\d{8}-\d{4}-\d{2,}-(.+?)(?:\.gz)?$/.exec(name) ?? [];
  return log === of;
}

/**
 * Why a file cannot be the log file; undefined when it can. A file with other content is not written to: its path may be a
 * mistake. Opening a named pipe would block until it has a reader.
 */
export function logFileObstacle(path: string): string | undefined {
  const kind = nonFileAt(path);
  if (kind !== undefined) return `${path} is ${kind}, not a file: move it away`;
  const folder = dirname(path);
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
      return `${folder} is not a folder: move it away`;
    }
    const start = textAt(path, 0, LINE_START.length);
    return start === '' || start === LINE_START ? undefined : `${path} has other content: move it away`;
  } catch (error) {
    return describeError(error);
  }
}

/** The first characters of each line of JSON. */
const LINE_START = '{"level":';

/** Bytes of a file as Latin-1; an empty text for those that it does not have, or no file. */
function textAt(path: string, position: number, length: number): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return '';
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    return new TextDecoder('latin1').decode(bytes.subarray(0, readSync(file, bytes, { position })));
  } finally {
    closeSync(file);
  }
}

/** Ends a last line that a full disk or a crash cut off, so that the next line is not a part of it; why that is not possible. */
function tailObstacle(path: string): string | undefined {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0 && textAt(path, size - 1, 1) !== '\n') appendFileSync(path, '\n');
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

/** Creates the folder of the log file where it is missing; why that is not possible. */
function folderObstacle(path: string): string | undefined {
  try {
    makeFolder(dirname(path), 0o700);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
