/** Log levels, least to most severe. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of LOG_LEVELS. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The formats of the log on a terminal. */
export const LOG_FORMATS = ['text', 'json', 'logfmt'] as const;

/** One of LOG_FORMATS. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** go-ethereum's scale of --verbosity: silent, error, warn, info, debug, detail. */
export const VERBOSITY: readonly LogLevel[] = ['error', 'error', 'warn', 'info', 'debug', 'debug'];

/** The level of a name, or of a number of go-ethereum's scale; undefined for another text. */
export function logLevelOf(text: string): LogLevel | undefined {
  const named = LOG_LEVELS.find((level) => level === text);
  return named ?? (/^[0-5]$/.test(text) ? VERBOSITY[Number(text)] : undefined);
}

/** One log line. `seq` increases by one per line; `at` is Unix milliseconds; `module` is a path such as `discovery/v4`. */
export interface LogLine {
  readonly seq: number;
  readonly at: number;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}
