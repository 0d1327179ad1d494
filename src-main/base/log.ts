import { LOG_LEVELS, type LogLevel, type LogLine } from '../../shared/model/log.ts';
import type { Clock, LogFields, Logger } from './runtime.ts';

/** Where log lines go. A sink must not throw and must not wait. */
export interface LogSink {
  write(line: LogLine): void;
}

/** Longest text of a message or of one field, in characters: what a peer sends must not fill the log. */
const MAX_TEXT = 1_024;
/** Control and formatting characters: they steer terminals, hide text and forge lines. */
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
 * The log of one process: numbers each line, makes hostile text harmless, and hands the lines of the level in force to
 * the sinks.
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

  /** The least level that is written. */
  get level(): LogLevel {
    return LOG_LEVELS[this.#level] ?? 'info';
  }

  setLevel(level: LogLevel): void {
    this.#level = LOG_LEVELS.indexOf(level);
  }

  /** A logger of one part of the node; its children's scopes are joined with a slash. */
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

/** A log line as one line of text: time, level, scope, message, fields as key=value. */
export function logText(line: LogLine): string {
  const fields = Object.entries(line.fields).map(([key, value]) => `${key}=${quoted(value)}`);
  const time = new Date(line.at).toISOString();
  return [time, line.level.toUpperCase().padEnd(5), line.scope, line.message, ...fields].join(' ');
}

const quoted = (value: string): string => (/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
