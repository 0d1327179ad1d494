import type { Clock } from '../../base/runtime.ts';
import { AwaitedReplies, busyError, type AwaitedReply } from '../awaited-replies.ts';
import { MAX_PENDING_REPLIES, REPLY_TIMEOUT_MS } from './constants.ts';
import type { Message } from './messages.ts';

/** Packets that answer a request. */
export type ReplyType = 'pong' | 'neighbors' | 'enrresponse';

/** A message of one of these types. */
export type Reply = Extract<Message, { type: ReplyType }>;

/** What a message is to a request: not its answer, one part of several, or the last part. */
export type Acceptance = 'no' | 'partial' | 'done';

/** A request that waits for its answer. */
export interface PendingRequest<T extends ReplyType> {
  readonly type: T;
  /** Node ID that must answer, hex. */
  readonly idHex: string;
  /** Address that must answer, canonical text; the port may differ. */
  readonly ip: string;
  /** Checks a message of the right type, sender and address: the hash that it echoes. */
  readonly accept: (message: Extract<Message, { type: T }>) => Acceptance;
  /** Whether a message can be the answer, before its sender is known; must have no side effect. */
  readonly mightAccept?: (message: Extract<Message, { type: T }>) => boolean;
}

interface Entry extends PendingRequest<ReplyType>, AwaitedReply {
  readonly resolve: () => void;
  hasPart: boolean;
}

/**
 * Our requests that wait for answers, which are matched by type, address, node and echoed hash.
 * (p2p/discover/v4_udp.go replyMatcher) BOUNDED: MAX_PENDING_REPLIES, each for half a second.
 */
export class PendingReplies {
  readonly #awaited: AwaitedReplies<Entry>;
  /** By type and address. */
  readonly #entries = new Map<string, Set<Entry>>();

  constructor(clock: Clock) {
    this.#awaited = new AwaitedReplies(clock, REPLY_TIMEOUT_MS);
  }

  get size(): number {
    return this.#awaited.size;
  }

  /** Whether any answer is expected from this address. */
  expects(ip: string): boolean {
    return this.#awaited.expects(ip);
  }

  /**
   * Resolves when `accept` returns `done`, or after half a second if a part of the answer has arrived.
   * @throws DiscoveryError `timeout`, `closed`, `busy`
   */
  wait<T extends ReplyType>(request: PendingRequest<T>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (this.#awaited.size >= MAX_PENDING_REPLIES) {
        reject(busyError());
        return;
      }
      // The key of the map holds the type, so `accept` only sees messages of its own type.
      const typed = request as unknown as PendingRequest<ReplyType>;
      const entry: Entry = { ...typed, resolve, reject, hasPart: false };
      this.#add(entry);
      this.#awaited.startTimer(entry, () => {
        this.#remove(entry);
        if (entry.hasPart) resolve();
        else reject(this.#awaited.timeoutError(request.type));
      });
    });
  }

  /** Whether a message from this address can be an answer, judged before its sender is known. */
  mightMatch(message: Reply, ip: string): boolean {
    for (const entry of this.#entries.get(keyOf(message.type, ip)) ?? []) {
      if (entry.mightAccept?.(message) !== false) return true;
    }
    return false;
  }

  /** As `match`, but without side effects, and only for requests with `mightAccept`. */
  wouldMatch(message: Reply, idHex: string, ip: string): boolean {
    for (const entry of this.#entries.get(keyOf(message.type, ip)) ?? []) {
      if (entry.idHex === idHex && entry.mightAccept?.(message) === true) return true;
    }
    return false;
  }

  /** Passes a message to the requests that it may answer; false if it answers none. */
  match(message: Reply, idHex: string, ip: string): boolean {
    let matched = false;
    for (const entry of [...(this.#entries.get(keyOf(message.type, ip)) ?? [])]) {
      if (entry.idHex !== idHex) continue;
      const acceptance = entry.accept(message);
      if (acceptance === 'no') continue;
      matched = true;
      entry.hasPart = true;
      if (acceptance === 'done') {
        this.#remove(entry);
        entry.resolve();
      }
    }
    return matched;
  }

  /** Ends all requests with `closed`. */
  close(): void {
    this.#entries.clear();
    this.#awaited.close();
  }

  #add(entry: Entry): void {
    const key = keyOf(entry.type, entry.ip);
    const entries = this.#entries.get(key) ?? new Set<Entry>();
    this.#entries.set(key, entries.add(entry));
    this.#awaited.add(entry);
  }

  #remove(entry: Entry): void {
    if (!this.#awaited.delete(entry)) return;
    const key = keyOf(entry.type, entry.ip);
    const entries = this.#entries.get(key);
    entries?.delete(entry);
    if (entries?.size === 0) this.#entries.delete(key);
  }
}

function keyOf(type: ReplyType, ip: string): string {
  return `${type} ${ip}`;
}
