import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import { levelOfModule, type ModuleLevel } from '../../shared/module-levels.ts';
import { LINE_INTERVAL_MS, LineLimit } from './line-limit.ts';
import type { Clock, LogFields, Logger } from './runtime.ts';

/** A destination of log lines. `write` must neither throw nor block. */
export interface LogSink {
  write(line: LogLine): void;
}

/** BOUNDED: characters of a message and, unless a log has another limit, of a field: they may come from a peer. */
const MAX_TEXT = 1_024;
/** Control and format characters: they can control a terminal, hide text or forge log lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const cleaned = (text: string): string => text.replace(UNSAFE, ' ');

/** Cuts a text, which then ends with a mark. */
const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

function textFields(fields: LogFields | undefined, max: number): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (value !== undefined) texts[key] = cleaned(cut(String(value), max));
  }
  return texts;
}

/** BOUNDED: modules whose level is kept; there are some dozens. */
const MAX_MODULES = 1_000;

/**
 * The log of a process: numbers the lines, removes unsafe characters, and writes the lines of the current level of their
 * module and above to the sinks.
 */
export class Log {
  readonly #clock: Clock;
  readonly #sinks: readonly LogSink[];
  readonly #maxField: number;
  #level: LogLevel;
  #rules: readonly ModuleLevel[];
  /** The index of the level of each module that has logged since the last change. BOUNDED: MAX_MODULES. */
  readonly #levels = new Map<string, number>();
  #seq = 0;
  #limit: LineLimit | undefined;

  /** @param maxField BOUNDED: characters of a field; a longer one ends with `…` */
  constructor(
    clock: Clock,
    sinks: readonly LogSink[],
    level: LogLevel,
    rules: readonly ModuleLevel[] = [],
    maxField = MAX_TEXT,
  ) {
    this.#clock = clock;
    this.#sinks = sinks;
    this.#level = level;
    this.#rules = rules;
    this.#maxField = maxField;
  }

  /** Sets the lowest level that is written, and that of single modules. */
  setLevels(level: LogLevel, rules: readonly ModuleLevel[]): void {
    this.#level = level;
    this.#rules = rules;
    this.#levels.clear();
  }

  /**
   * From now on counts the lines of a kind that are too many instead of writing them.
   * @returns ends it
   */
  limitRepeats(): () => void {
    const limit = new LineLimit(this.#clock, ({ level, module, message }, count) => {
      const fields = { count, seconds: LINE_INTERVAL_MS / 1_000, line: message };
      this.#emit(level, module, 'more lines of a kind than are written', fields);
    });
    this.#limit = limit;
    return () => {
      this.#limit = undefined;
      limit.close();
    };
  }

  /** Creates the logger of a module; the names of its children are joined with a slash. */
  logger(module: string): Logger {
    const at =
      (level: LogLevel) =>
      (message: string, fields?: LogFields): void => {
        this.#write(level, module, message, fields);
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (name) => this.logger(module === '' ? name : `${module}/${name}`),
    };
  }

  #write(level: LogLevel, module: string, message: string, fields: LogFields | undefined): void {
    if (LOG_LEVELS.indexOf(level) < this.#leastOf(module)) return;
    if (this.#limit?.admits(level, module, message) === false) return;
    this.#emit(level, module, message, fields);
  }

  #emit(level: LogLevel, module: string, message: string, fields: LogFields | undefined): void {
    this.#seq += 1;
    const line: LogLine = {
      seq: this.#seq,
      at: this.#clock.now(),
      level,
      module,
      message: cleaned(cut(message, MAX_TEXT)),
      fields: textFields(fields, this.#maxField),
    };
    for (const sink of this.#sinks) sink.write(line);
  }

  /** The index of the lowest level that is written of a module. */
  #leastOf(module: string): number {
    const kept = this.#levels.get(module);
    if (kept !== undefined) return kept;
    if (this.#levels.size >= MAX_MODULES) this.#levels.clear();
    const least = LOG_LEVELS.indexOf(levelOfModule(this.#rules, module, this.#level));
    this.#levels.set(module, least);
    return least;
  }
}
