/**
 * Interfaces of clock, randomness and log. Components take them as constructor arguments, so that a test can run a
 * thousand nodes in virtual time from one seed.
 */

/** A running timer. Cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time. Both readings are in milliseconds. */
export interface Clock {
  /** Wall-clock time since the Unix epoch; may jump when the machine's clock is set. */
  now(): number;
  /** Time since an arbitrary start; never goes back. For durations and deadlines. */
  monotonic(): number;
  /** Runs `action` once after `delayMs`. The caller owns the timer and cancels it when it stops. */
  after(delayMs: number, action: () => void): Timer;
  /**
   * Runs `action` once when the event loop has read its sockets, and before it waits for anything. It cannot be cancelled. A
   * clock that is not of an event loop omits this function.
   */
  soon?(action: () => void): void;
}

/** Randomness. `bytes` is for keys and nonces and must be cryptographically strong outside tests. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** A uniformly distributed integer in [0, bound). */
  below(bound: number): number;
}

/** Fields of a log line; never keys or other secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

/** Writes log lines of one module; `child` creates a logger of a module within it ("discovery/v4"). */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(name: string): Logger;
}

/** A component with a lifecycle. `stop` may be called at any time, and more than once. */
export interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Ends a subscription; calling it twice does nothing. */
export type Unsubscribe = () => void;
