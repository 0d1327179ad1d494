import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { DialOutcome, PastOutcome } from '../../shared/model/peer.ts';
import type { EndCause, NodeEvent } from '../events/events.ts';

/** Number of minutes for which an outcome counts. */
const HOUR_MINUTES = 60;
/** BOUNDED: distinct outcomes per minute; further ones are counted as `other`. */
const MAX_CODES = 32;
/** BOUNDED: nodes with past outcomes, and outcomes per node; the least recently changed node is removed first. */
const MAX_NODES = 4_096;
const MAX_OUTCOMES = 10;

/** Counts the outcomes of dials and the refusals of candidates in the last hour of this run, by cause. */
export class DialOutcomes {
  readonly #ended = new HourOfCodes();
  readonly #refused = new HourOfCodes();

  /** Processes an event. @param at Unix milliseconds */
  apply(event: NodeEvent, at: number): void {
    if (event.type === 'node/phase' && event.phase === 'starting') {
      this.#ended.clear();
      this.#refused.clear();
    }
    if (event.type === 'dial/ended') this.#ended.add(event.cause?.code ?? 'connected', at);
    if (event.type === 'dial/refused') this.#refused.add(event.reason, at);
  }

  /**
   * Returns the counts: dials first, then refusals, each sorted by frequency.
   * @param now Unix milliseconds
   */
  list(now: number): DialOutcome[] {
    const lines = (codes: HourOfCodes, dialled: boolean): DialOutcome[] =>
      codes.sums(now).map(([code, count]) => ({ code, count, dialled }));
    return [...lines(this.#ended, true), ...lines(this.#refused, false)];
  }
}

/** Counts codes per minute, for an hour. BOUNDED: HOUR_MINUTES of MAX_CODES. */
class HourOfCodes {
  readonly #minutes = new Map<number, Map<CauseCode, number>>();

  add(code: CauseCode, at: number): void {
    const minute = Math.floor(at / 60_000);
    let codes = this.#minutes.get(minute);
    if (codes === undefined) {
      codes = new Map();
      this.#minutes.set(minute, codes);
      for (const key of this.#minutes.keys()) if (key <= minute - HOUR_MINUTES) this.#minutes.delete(key);
    }
    const key = codes.has(code) || codes.size < MAX_CODES ? code : 'other';
    codes.set(key, (codes.get(key) ?? 0) + 1);
  }

  clear(): void {
    this.#minutes.clear();
  }

  /** Returns the sums of the last hour, most frequent first. @param now Unix milliseconds */
  sums(now: number): (readonly [code: CauseCode, count: number])[] {
    const oldest = Math.floor(now / 60_000) - HOUR_MINUTES;
    const sums = new Map<CauseCode, number>();
    for (const [minute, codes] of this.#minutes) {
      if (minute <= oldest) continue;
      for (const [code, count] of codes) sums.set(code, (sums.get(code) ?? 0) + count);
    }
    return [...sums].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a.localeCompare(b));
  }
}

/** Outcomes of earlier dials, inbound connections and sessions, by node. */
export class PastOutcomes {
  readonly #nodes = new Map<string, PastOutcome[]>();

  /** Processes an event. @param at Unix milliseconds */
  apply(event: NodeEvent, at: number): void {
    if (event.type === 'dial/ended' && event.cause !== undefined) {
      this.#add(event.node.idHex, outcomeOf(event.cause, at));
    }
    if (event.type === 'inbound/ended' && event.idHex !== undefined) {
      this.#add(event.idHex, outcomeOf(event.cause, at));
    }
    if (event.type === 'peer/dropped') this.#add(event.idHex, outcomeOf(event.cause, at));
    if (event.type === 'peer/added') {
      this.#add(event.idHex, { at, code: 'connected', by: null, direction: event.direction });
    }
  }

  /** Adds an outcome of an earlier run. Call it in the order of time. */
  recall(idHex: string, outcome: PastOutcome): void {
    this.#add(idHex, outcome);
  }

  /** Returns the outcomes of a node, newest first. */
  of(idHex: string): readonly PastOutcome[] {
    return this.#nodes.get(idHex) ?? [];
  }

  #add(idHex: string, outcome: PastOutcome): void {
    const earlier = this.#nodes.get(idHex) ?? [];
    this.#nodes.delete(idHex);
    this.#nodes.set(idHex, [outcome, ...earlier].slice(0, MAX_OUTCOMES));
    if (this.#nodes.size <= MAX_NODES) return;
    for (const oldest of this.#nodes.keys()) {
      this.#nodes.delete(oldest);
      break;
    }
  }
}

const outcomeOf = ({ code, params, by, stage }: EndCause, at: number): PastOutcome => ({
  at,
  code,
  params,
  by,
  stage,
  message: null,
});
