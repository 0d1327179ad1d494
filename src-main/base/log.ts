import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import type { Clock, LogFields, Logger } from './runtime.ts';

/** A destination of log lines. `write` must neither throw nor block. */
export interface LogSink {
  write(line: LogLine): void;
}

/** BOUNDED: characters of a message and of a field, because they may come from a peer. */
const MAX_TEXT = 1_024;
/** Control and format characters: they can control a terminal, hide text or forge log lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const cleaned = (text: string): string => text.slice(0, MAX_TEXT).replace(UNSAFE, ' ');

function textFields(fields: LogFields | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (value !== undefined) texts[key] = cleaned(String(value));
  }
  return texts;
}

/**
 * The log of a process: numbers the lines, removes unsafe characters, and writes the lines of the current level and above
 * to the sinks.
 */
export class Log {
  readonly #clock: Clock;
  readonly #sinks: readonly LogSink[];
  #level: number;
  #seq = 0;

  constructor(clock: Clock, sinks: readonly LogSink[], level: LogLevel) {
    this.#clock = clock;
    this.#sinks = sinks;
    this.#level = LOG_LEVELS.indexOf(level);
  }

  /** The lowest level that is written. */
  get level(): LogLevel {
    return LOG_LEVELS[this.#level] ?? 'info';
  }

  setLevel(level: LogLevel): void {
    this.#level = LOG_LEVELS.indexOf(level);
  }

  /** Creates the logger of a scope; scopes of its children are joined with a slash. */
  logger(scope: string): Logger {
    const at =
      (level: LogLevel) =>
      (message: string, fields?: LogFields): void => {
        this.#write(level, scope, message, fields);
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (name) => this.logger(scope === '' ? name : `${scope}/${name}`),
    };
  }

  #write(level: LogLevel, scope: string, message: string, fields: LogFields | undefined): void {
    if (LOG_LEVELS.indexOf(level) < this.#level) return;
    this.#seq += 1;
    const line: LogLine = {
      seq: this.#seq,
      at: this.#clock.now(),
      level,
      scope,
      message: cleaned(message),
      fields: textFields(fields),
    };
    for (const sink of this.#sinks) sink.write(line);
  }
}

/** Formats a log line as text without a line end: time, level, scope, message, and fields as key=value. */
export function logText(line: LogLine): string {
  const fields = Object.entries(line.fields).map(([key, value]) => `${key}=${quoted(value)}`);
  const time = new Date(line.at).toISOString();
  return [time, line.level.toUpperCase().padEnd(5), line.scope, line.message, ...fields].join(' ');
}

const quoted = (value: string): string => (/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
