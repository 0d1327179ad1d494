import type { PastOutcome } from '../../shared/model/peer.ts';
import type { EndCause } from '../stats/events.ts';

/** BOUNDED: nodes whose outcomes are remembered; the one heard of least recently is forgotten. */
const MAX_NODES = 5_000;

/** BOUNDED: outcomes of one node. */
const MAX_OUTCOMES = 10;

/** How the last dials and sessions with each node ended. */
export class OutcomeBook {
  readonly #outcomes = new Map<string, readonly PastOutcome[]>();

  /** Notes that a session began. */
  connected(idHex: string, at: number): void {
    this.#add(idHex, { at, code: 'connected', message: 'A session began', by: null });
  }

  /** Notes that a dial, a handshake or a session ended. */
  ended(idHex: string, at: number, { code, message, by }: EndCause): void {
    this.#add(idHex, { at, code, message, by });
  }

  /** The outcomes with a node, newest first. */
  of(idHex: string): readonly PastOutcome[] {
    return this.#outcomes.get(idHex) ?? [];
  }

  #add(idHex: string, outcome: PastOutcome): void {
    const outcomes = [outcome, ...this.of(idHex)].slice(0, MAX_OUTCOMES);
    this.#outcomes.delete(idHex);
    this.#outcomes.set(idHex, outcomes);
    if (this.#outcomes.size <= MAX_NODES) return;
    const [oldest] = this.#outcomes.keys();
    if (oldest !== undefined) this.#outcomes.delete(oldest);
  }
}
