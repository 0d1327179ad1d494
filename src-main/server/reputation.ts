/** Reputation of nodes: a score per node, which offences decrease and which recovers with time. */
import type { Reputation, ReputationChange } from '../../shared/model/ban.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import { offenceOfEnd } from '../causes/policy.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import type { EndCause, EventSink, EventSource, NodeEvent, Offence } from '../events/events.ts';
import {
  BAN_AT,
  GAIN_PER_SECOND,
  HALF_LIFE_MS,
  LOWEST_SCORE,
  MAX_KEPT_CHANGE,
  OFFENCE_WEIGHTS,
} from './reputation-weights.ts';

/** BOUNDED: nodes with a score; the least recently changed is removed first. */
const MAX_NODES = 10_000;

/** BOUNDED: changes per node that are kept for display. */
const MAX_CHANGES = 10;

/** An end within this time after an offence counts as its consequence, milliseconds (our choice). */
const CONSEQUENCE_MS = 1_000;

/** Dependencies of the reputation. */
export interface ReputationOptions {
  readonly events: EventSink & EventSource;
  readonly clock: Clock;
  /** Whether a low score leads to a ban; otherwise scores are only displayed. */
  readonly mayBan: () => boolean;
  readonly kindOf: (idHex: string) => 'static' | 'trusted' | 'dynamic';
  /** Called when a score falls to BAN_AT; never for a trusted node. */
  readonly ban: (idHex: string, offence: Offence, detail: string) => void;
}

interface Entry {
  score: number;
  /** Monotonic time up to which `score` includes the recovery, milliseconds. */
  updatedAt: number;
  /** Newest first. BOUNDED: MAX_CHANGES. */
  changes: readonly ReputationChange[];
  /** Monotonic milliseconds. */
  lastOffenceAt: number;
}

/**
 * The scores of all nodes. It gets offences and ends of connections from the event stream. Recovery is computed when a
 * score is read, so that it needs no timer.
 */
export class ReputationTracker {
  readonly #options: ReputationOptions;
  readonly #unsubscribe: Unsubscribe;
  readonly #entries = new BoundedMap<string, Entry>(MAX_NODES);
  /** Connected nodes. BOUNDED: by the number of sessions. */
  readonly #connected = new Set<string>();

  constructor(options: ReputationOptions) {
    this.#options = options;
    this.#unsubscribe = options.events.subscribe((event, at) => {
      this.#apply(event, at);
    });
  }

  /** Ends the subscription. */
  close(): void {
    this.#unsubscribe();
  }

  /** Returns the current score; 0 for a node without offences. */
  score(idHex: string): number {
    const entry = this.#entries.peek(idHex);
    if (entry === undefined) return 0;
    this.#recover(idHex, entry);
    return Math.round(entry.score);
  }

  /** Returns the current score of a node and its last changes. */
  view(idHex: string): Reputation {
    const changes = this.#entries.peek(idHex)?.changes ?? [];
    return { score: this.score(idHex), banAt: BAN_AT, changes };
  }

  #apply(event: NodeEvent, at: number): void {
    switch (event.type) {
      case 'peer/offence':
        this.#charge(event.idHex, event.offence, event.detail, at);
        return;
      case 'peer/added':
        this.#setConnected(event.idHex, true);
        return;
      case 'peer/dropped':
        this.#setConnected(event.idHex, false);
        this.#chargeEnd(event.idHex, event.cause, event.direction === 'outbound', at);
        return;
      case 'dial/ended':
        if (event.cause !== undefined) this.#chargeEnd(event.node.idHex, event.cause, true, at);
        return;
      case 'inbound/ended':
        if (event.idHex !== undefined) this.#chargeEnd(event.idHex, event.cause, false, at);
        return;
      case 'ban/removed':
        // Otherwise the next small offence would ban the node again (reth unban_peer).
        if (event.ban.target.kind === 'node' && event.how !== 'replaced') {
          this.#entries.delete(event.ban.target.value);
        }
        return;
      default:
        return;
    }
  }

  #setConnected(idHex: string, connected: boolean): void {
    const entry = this.#entries.peek(idHex);
    if (entry !== undefined) this.#recover(idHex, entry);
    if (connected) this.#connected.add(idHex);
    else this.#connected.delete(idHex);
  }

  #chargeEnd(idHex: string, cause: EndCause, wasDialed: boolean, at: number): void {
    const offence = offenceOfEnd(cause, wasDialed);
    const earlier = this.#entries.peek(idHex)?.lastOffenceAt ?? -Infinity;
    if (offence === undefined || this.#options.clock.monotonic() - earlier < CONSEQUENCE_MS) return;
    this.#charge(idHex, offence, endSentence(cause), at);
  }

  #charge(idHex: string, offence: Offence, detail: string, at: number): void {
    const { change: weight, sparesKept } = OFFENCE_WEIGHTS[offence];
    const kind = this.#options.kindOf(idHex);
    if (kind !== 'dynamic' && sparesKept) return;
    const change = kind === 'dynamic' ? weight : Math.max(weight, MAX_KEPT_CHANGE);
    const entry = this.#entries.get(idHex) ?? this.#create(idHex);
    this.#recover(idHex, entry);
    const before = entry.score;
    entry.score = Math.max(LOWEST_SCORE, before + change);
    entry.lastOffenceAt = entry.updatedAt;
    entry.changes = [{ at, code: offence, change }, ...entry.changes].slice(0, MAX_CHANGES);
    const score = Math.round(entry.score);
    this.#options.events.emit({ type: 'reputation/changed', idHex, offence, change, score });
    if (score > BAN_AT || kind === 'trusted' || !this.#options.mayBan()) return;
    this.#options.ban(idHex, offence, detail);
  }

  #create(idHex: string): Entry {
    const now = this.#options.clock.monotonic();
    const entry = { score: 0, updatedAt: now, changes: [], lastOffenceAt: -Infinity };
    this.#entries.set(idHex, entry);
    return entry;
  }

  #recover(idHex: string, entry: Entry): void {
    const now = this.#options.clock.monotonic();
    const passed = Math.max(0, now - entry.updatedAt);
    entry.updatedAt = now;
    const decayed = entry.score * 0.5 ** (passed / HALF_LIFE_MS);
    const gained = this.#connected.has(idHex) ? (passed / 1_000) * GAIN_PER_SECOND : 0;
    entry.score = Math.min(0, decayed + gained);
  }
}
