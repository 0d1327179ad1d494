import type { LogFields, Logger } from '../base/runtime.ts';

/** BOUNDED: lines that wait for the log. */
export const MAX_WAITING_LINES = 100;

type Line = (log: Logger) => void;

/** What a logger and its children share. */
interface Shared {
  log: Logger | undefined;
  waiting: Line[];
}

/** A logger for the time before the data folder, which has the log, is open: it keeps its first lines for it. */
export class LateLogger implements Logger {
  readonly #scopes: readonly string[];
  readonly #shared: Shared;

  constructor(scopes: readonly string[] = [], shared: Shared = { log: undefined, waiting: [] }) {
    this.#scopes = scopes;
    this.#shared = shared;
  }

  /** The log is open: writes what waits, and from now on everything. */
  open(log: Logger): void {
    const { waiting } = this.#shared;
    this.#shared.log = log;
    this.#shared.waiting = [];
    for (const line of waiting) line(log);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write((log) => {
      log.debug(message, fields);
    });
  }

  info(message: string, fields?: LogFields): void {
    this.#write((log) => {
      log.info(message, fields);
    });
  }

  warn(message: string, fields?: LogFields): void {
    this.#write((log) => {
      log.warn(message, fields);
    });
  }

  error(message: string, fields?: LogFields): void {
    this.#write((log) => {
      log.error(message, fields);
    });
  }

  child(scope: string): LateLogger {
    return new LateLogger([...this.#scopes, scope], this.#shared);
  }

  #write(line: Line): void {
    const scopes = this.#scopes;
    const inScope: Line = (log) => {
      line(scopes.reduce((inner, scope) => inner.child(scope), log));
    };
    const { log, waiting } = this.#shared;
    if (log !== undefined) inScope(log);
    else if (waiting.length < MAX_WAITING_LINES) waiting.push(inScope);
  }
}
