import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import { logText, type TextStream } from './log-formats.ts';
import type { LogSink } from './log.ts';
import { Ring } from './ring.ts';

/** Writes text lines to a stream such as standard error. */
export function textSink(stream: TextStream): LogSink {
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
