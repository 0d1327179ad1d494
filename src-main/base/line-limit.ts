import type { LogLevel } from '../../shared/model/log.ts';
import type { Clock, Timer } from './runtime.ts';

/** Lines of a kind that are written within an interval; further ones are counted. Our choice: 10 a second. */
export const MOST_LINES = 100;
/** Interval, milliseconds. */
export const LINE_INTERVAL_MS = 10_000;
/** BOUNDED: kinds of an interval. Further ones share one for each level and module, of which there are some hundreds. */
const MAX_KINDS = 1_000;
/** Characters of a message that tell its kind. */
const KIND_TEXT = 120;

/** Lines of one level and module whose messages differ in numbers at most. */
export interface LineKind {
  readonly level: LogLevel;
  readonly module: string;
  /** The first message of the kind in this interval. */
  readonly message: string;
}

interface Tally extends LineKind {
  lines: number;
  leftOut: number;
  /** Whether no line of the kind is written: there were too many in the last interval. */
  stopped: boolean;
}

/**
 * Limits how often lines of one kind are written, so that what others send cannot fill the disk: the first MOST_LINES of an
 * interval, and then none until an interval has no more than that. At the end of each interval `summarise` gets the number of
 * those that were left out.
 */
export class LineLimit {
  readonly #clock: Clock;
  readonly #summarise: (kind: LineKind, count: number) => void;
  readonly #tallies = new Map<string, Tally>();
  #timer: Timer | undefined;

  constructor(clock: Clock, summarise: (kind: LineKind, count: number) => void) {
    this.#clock = clock;
    this.#summarise = summarise;
  }

  /** Whether a line may be written. Counts it. */
  admits(level: LogLevel, module: string, message: string): boolean {
    const tally = this.#tallyOf(level, module, message);
    tally.lines += 1;
    if (!tally.stopped && tally.lines <= MOST_LINES) return true;
    tally.stopped = true;
    tally.leftOut += 1;
    return false;
  }

  /** Ends the interval: the lines that were left out so far are summarised. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#summariseAll();
    this.#tallies.clear();
  }

  #tallyOf(level: LogLevel, module: string, message: string): Tally {
    const place = `${level} ${module}`;
    const key = `${place} ${templateOf(message)}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const isFull = this.#tallies.size >= MAX_KINDS;
    const shared = isFull ? this.#tallies.get(place) : undefined;
    if (shared !== undefined) return shared;
    const tally: Tally = { level, module, message, lines: 0, leftOut: 0, stopped: false };
    this.#tallies.set(isFull ? place : key, tally);
    this.#timer ??= this.#clock.after(LINE_INTERVAL_MS, this.#endInterval);
    return tally;
  }

  readonly #endInterval = (): void => {
    this.#timer = undefined;
    this.#summariseAll();
    for (const [key, tally] of this.#tallies) {
      if (tally.lines <= MOST_LINES) this.#tallies.delete(key);
      tally.lines = 0;
      tally.leftOut = 0;
    }
    if (this.#tallies.size > 0) this.#timer = this.#clock.after(LINE_INTERVAL_MS, this.#endInterval);
  };

  #summariseAll(): void {
    for (const tally of this.#tallies.values()) {
      if (tally.leftOut > 0) this.#summarise(tally, tally.leftOut);
    }
  }
}

/** A message without its numbers and without hex digits such as those of a node ID. */
const templateOf = (message: string): string =>
  message.slice(0, KIND_TEXT).replace(/\b(?:0x)?[0-9a-f]{8,}\b|\d+/gi, '#');
