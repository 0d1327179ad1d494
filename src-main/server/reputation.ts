/** What nodes have earned: a score each, which offences lower and time mends. */
import type { Reputation, ReputationChange } from '../../shared/model/ban.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import { offenceOfEnd } from '../causes/policy.ts';
import { BoundedMap } from '../base/lru-map.ts';
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

/** BOUNDED: nodes with a score; the one that changed longest ago is forgotten first. */
const MAX_NODES = 10_000;

/** Changes of one node that are shown. BOUNDED. */
const MAX_CHANGES = 10;

/** An end within this time of an offence is taken for its consequence, milliseconds. */
const CONSEQUENCE_MS = 1_000;

/** What the book works with. */
export interface ReputationOptions {
  readonly events: EventSink & EventSource;
  readonly clock: Clock;
  /** Whether a score may ban; else it is only kept and shown. */
  readonly mayBan: () => boolean;
  readonly kindOf: (idHex: string) => 'static' | 'trusted' | 'dynamic';
  /** Called when a score has fallen to the threshold; never for a trusted node. */
  readonly ban: (idHex: string, reason: string) => void;
}

interface Standing {
  score: number;
  /** Monotonic milliseconds up to which recovery is counted in `score`. */
  countedAt: number;
  /** Newest first. BOUNDED: MAX_CHANGES. */
  changes: readonly ReputationChange[];
  lastOffenceAt: number;
}

/**
 * The scores of all nodes. It reads offences and ends of connections from the stream of facts; recovery is worked out
 * when a score is asked for, so that no node costs a timer.
 */
export class ReputationBook {
  readonly #options: ReputationOptions;
  readonly #unsubscribe: Unsubscribe;
  readonly #standings = new BoundedMap<string, Standing>(MAX_NODES);
  /** BOUNDED: by the sessions. */
  readonly #connected = new Set<string>();

  constructor(options: ReputationOptions) {
    this.#options = options;
    this.#unsubscribe = options.events.subscribe((event, at) => {
      this.#apply(event, at);
    });
  }

  /** Reads no more facts. */
  close(): void {
    this.#unsubscribe();
  }

  /** The score now: 0 of a node that did nothing wrong. */
  score(idHex: string): number {
    const standing = this.#standings.peek(idHex);
    if (standing === undefined) return 0;
    this.#recover(idHex, standing);
    return Math.round(standing.score);
  }

  /** The score of a node and its reasons. */
  view(idHex: string): Reputation {
    const changes = this.#standings.peek(idHex)?.changes ?? [];
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
        // Who comes back begins anew, else the next small thing would ban it again (reth unban_peer).
        if (event.ban.target.kind === 'node' && event.how !== 'replaced') {
          this.#standings.delete(event.ban.target.value);
        }
        return;
      default:
        return;
    }
  }

  #setConnected(idHex: string, connected: boolean): void {
    const standing = this.#standings.peek(idHex);
    if (standing !== undefined) this.#recover(idHex, standing);
    if (connected) this.#connected.add(idHex);
    else this.#connected.delete(idHex);
  }

  #chargeEnd(idHex: string, cause: EndCause, wasDialed: boolean, at: number): void {
    const offence = offenceOfEnd(cause, wasDialed);
    const earlier = this.#standings.peek(idHex)?.lastOffenceAt ?? -Infinity;
    if (offence === undefined || this.#options.clock.monotonic() - earlier < CONSEQUENCE_MS) return;
    this.#charge(idHex, offence, endSentence(cause), at);
  }

  #charge(idHex: string, offence: Offence, detail: string, at: number): void {
    const { change: weight, title, sparesKept } = OFFENCE_WEIGHTS[offence];
    const kind = this.#options.kindOf(idHex);
    if (kind !== 'dynamic' && sparesKept) return;
    const change = kind === 'dynamic' ? weight : Math.max(weight, MAX_KEPT_CHANGE);
    const standing = this.#standings.get(idHex) ?? this.#begin(idHex);
    this.#recover(idHex, standing);
    const before = standing.score;
    standing.score = Math.max(LOWEST_SCORE, before + change);
    standing.lastOffenceAt = standing.countedAt;
    standing.changes = [{ at, code: offence, title, change }, ...standing.changes].slice(0, MAX_CHANGES);
    const score = Math.round(standing.score);
    this.#options.events.emit({ type: 'reputation/changed', idHex, offence, change, score });
    if (score > BAN_AT || kind === 'trusted' || !this.#options.mayBan()) return;
    this.#options.ban(idHex, `${title}: ${detail}`);
  }

  #begin(idHex: string): Standing {
    const now = this.#options.clock.monotonic();
    const standing = { score: 0, countedAt: now, changes: [], lastOffenceAt: -Infinity };
    this.#standings.set(idHex, standing);
    return standing;
  }

  #recover(idHex: string, standing: Standing): void {
    const now = this.#options.clock.monotonic();
    const passed = Math.max(0, now - standing.countedAt);
    standing.countedAt = now;
    const decayed = standing.score * 0.5 ** (passed / HALF_LIFE_MS);
    const gained = this.#connected.has(idHex) ? (passed / 1_000) * GAIN_PER_SECOND : 0;
    standing.score = Math.min(0, decayed + gained);
  }
}
