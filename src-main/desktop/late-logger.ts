import type { LogLevel } from '../../shared/model/log.ts';
import type { LogFields, Logger } from '../base/runtime.ts';

/** BOUNDED: lines that wait for the log. */
export const MAX_WAITING_LINES = 100;

/** A line, without its time: that is when it reaches the log. */
interface Line {
  readonly level: LogLevel;
  readonly modules: readonly string[];
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** What a logger and its children share. */
interface Shared {
  log: Logger | undefined;
  waiting: Line[];
}

/** A logger for the time before the data folder, which has the log, is open: it keeps its first lines for it. */
export class LateLogger implements Logger {
  readonly #modules: readonly string[];
  readonly #shared: Shared;

  constructor(modules: readonly string[] = [], shared: Shared = { log: undefined, waiting: [] }) {
    this.#modules = modules;
    this.#shared = shared;
  }

  /** The log is open: writes what waits, and from now on everything. */
  open(log: Logger): void {
    const { waiting } = this.#shared;
    this.#shared.log = log;
    this.#shared.waiting = [];
    for (const line of waiting) writeTo(log, line);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  child(name: string): LateLogger {
    return new LateLogger([...this.#modules, name], this.#shared);
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const { log, waiting } = this.#shared;
    const line = { level, modules: this.#modules, message, fields };
    if (log !== undefined) writeTo(log, line);
    else if (waiting.length < MAX_WAITING_LINES) waiting.push(line);
  }
}

function writeTo(log: Logger, { level, modules, message, fields }: Line): void {
  const logger = modules.reduce((outer, name) => outer.child(name), log);
  logger[level](message, fields);
}
