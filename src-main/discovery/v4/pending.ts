import type { Clock, Timer } from '../../base/runtime.ts';
import { DiscoveryError } from '../errors.ts';
import { MAX_PENDING, REPLY_TIMEOUT_MS } from './constants.ts';
import type { Message } from './messages.ts';

/** Packets that answer a request. */
export type ReplyType = 'pong' | 'neighbors' | 'enrresponse';

/** A message of one of these types. */
export type Reply = Extract<Message, { type: ReplyType }>;

/** What a waiting request makes of a message: not meant for it, one of several, or the last. */
export type Acceptance = 'no' | 'partial' | 'done';

/** A request that waits. */
export interface PendingRequest<T extends ReplyType> {
  readonly type: T;
  /** Who must answer: node ID in hex. */
  readonly idHex: string;
  /** From which address, canonical text; the port may differ. */
  readonly ip: string;
  /** Looks at a message of the right type, sender and address; tokens are compared here. */
  readonly accept: (message: Extract<Message, { type: T }>) => Acceptance;
  /** Whether a message could be meant, before its sender is known; must have no effect. */
  readonly mightAccept?: (message: Extract<Message, { type: T }>) => boolean;
}

interface Entry extends PendingRequest<ReplyType> {
  readonly resolve: () => void;
  readonly reject: (error: DiscoveryError) => void;
  timer: Timer | undefined;
  partly: boolean;
}

/**
 * Requests of ours that wait for their answers, matched by type, address, node and token.
 * (p2p/discover/v4_udp.go replyMatcher) BOUNDED: MAX_PENDING, each for half a second.
 */
export class PendingReplies {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Set<Entry>>();
  /** Requests by address: what the receiver asks. */
  readonly #addresses = new Map<string, number>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether any answer is awaited from this address. */
  expects(ip: string): boolean {
    return this.#addresses.has(ip);
  }

  /**
   * Waits until `accept` says `done`, or until half a second has passed since the start: that is no failure where an
   * answer came in parts.
   * @throws DiscoveryError `timeout`, `closed`, or `busy` where too many requests wait
   */
  wait<T extends ReplyType>(request: PendingRequest<T>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (this.#size >= MAX_PENDING) {
        reject(new DiscoveryError('busy', 'too many discovery requests are under way'));
        return;
      }
      // The map's key holds the type, so `accept` only ever sees messages of its own.
      const entry: Entry = {
        ...(request as unknown as PendingRequest<ReplyType>),
        resolve,
        reject,
        timer: undefined,
        partly: false,
      };
      entry.timer = this.#clock.after(REPLY_TIMEOUT_MS, () => {
        this.#remove(entry);
        if (entry.partly) resolve();
        else reject(new DiscoveryError('timeout', `no ${request.type} within ${REPLY_TIMEOUT_MS} ms`));
      });
      this.#add(entry);
    });
  }

  /** Whether a message from this address might answer something, as far as can be told without its sender. */
  mightMatch(message: Reply, ip: string): boolean {
    for (const entry of this.#entries.get(keyOf(message.type, ip)) ?? []) {
      if (entry.mightAccept?.(message) !== false) return true;
    }
    return false;
  }

  /** Whether a message answers a request; as `match`, but with no effect. Of requests with `mightAccept` alone. */
  wouldMatch(message: Reply, idHex: string, ip: string): boolean {
    for (const entry of this.#entries.get(keyOf(message.type, ip)) ?? []) {
      if (entry.idHex === idHex && entry.mightAccept?.(message) === true) return true;
    }
    return false;
  }

  /** Hands a message to the requests that wait for it; false when it answers none. */
  match(message: Reply, idHex: string, ip: string): boolean {
    let matched = false;
    for (const entry of [...(this.#entries.get(keyOf(message.type, ip)) ?? [])]) {
      if (entry.idHex !== idHex) continue;
      const acceptance = entry.accept(message);
      if (acceptance === 'no') continue;
      matched = true;
      entry.partly = true;
      if (acceptance === 'done') {
        this.#remove(entry);
        entry.resolve();
      }
    }
    return matched;
  }

  /** Ends all that wait with `closed`. */
  close(): void {
    for (const entries of [...this.#entries.values()]) {
      for (const entry of [...entries]) {
        this.#remove(entry);
        entry.reject(new DiscoveryError('closed', 'discovery has stopped'));
      }
    }
  }

  #add(entry: Entry): void {
    const key = keyOf(entry.type, entry.ip);
    const entries = this.#entries.get(key) ?? new Set<Entry>();
    this.#entries.set(key, entries.add(entry));
    this.#addresses.set(entry.ip, (this.#addresses.get(entry.ip) ?? 0) + 1);
    this.#size++;
  }

  #remove(entry: Entry): void {
    entry.timer?.cancel();
    const key = keyOf(entry.type, entry.ip);
    const entries = this.#entries.get(key);
    if (entries?.delete(entry) !== true) return;
    if (entries.size === 0) this.#entries.delete(key);
    this.#size--;
    const left = (this.#addresses.get(entry.ip) ?? 1) - 1;
    if (left === 0) this.#addresses.delete(entry.ip);
    else this.#addresses.set(entry.ip, left);
  }
}

function keyOf(type: ReplyType, ip: string): string {
  return `${type} ${ip}`;
}
