import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { BoundedMap } from '../../base/lru-map.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock, Timer } from '../../base/runtime.ts';
import { DiscoveryError } from '../errors.ts';
import {
  CHALLENGE_TIMEOUT_MS,
  MAX_NODES_PARTS,
  MAX_OLD_NONCES,
  MAX_PENDING,
  MAX_QUEUED_PER_NODE,
  REPLY_TIMEOUT_MS,
} from './constants.ts';
import { RESPONSE_TYPES, type V5Envelope, type V5Request, type V5Response } from './messages.ts';
import type { Session } from './session-cache.ts';

/** Whom a request goes to. */
export interface CallTarget {
  readonly idHex: string;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: SocketAddress;
}

/** A request of ours, from when it waits for its turn until it is answered or given up. */
export interface Call {
  readonly target: CallTarget;
  readonly requestId: Uint8Array;
  readonly message: V5Request;
  /** Keys that the handshake for this call offered; undefined while none was asked for. */
  offered: Session | undefined;
  /** The request did not fit into its handshake, which carried a ping in its place. */
  openedByPing: boolean;
}

interface Entry extends Call {
  readonly resolve: (answer: readonly V5Response[]) => void;
  readonly reject: (error: DiscoveryError) => void;
  readonly parts: V5Response[];
  nonceHex: string | undefined;
  timer: Timer | undefined;
}

/** Why an answer was not taken. */
export type AnswerRefusal = 'unsolicited' | 'wrong-address' | 'wrong-answer';

/**
 * Requests of ours that wait. A node has one request at a time, the others queue: until its answer shows that the
 * session holds, any further one would be a packet that the node cannot read (p2p/discover/v5_udp.go dispatch).
 * BOUNDED: MAX_PENDING altogether, MAX_QUEUED_PER_NODE a node.
 */
export class Calls {
  readonly #clock: Clock;
  readonly #send: (call: Call) => void;
  readonly #timedOut: (call: Call) => void;
  readonly #active = new Map<string, Entry>();
  readonly #byNonce = new Map<string, Entry>();
  readonly #queues = new Map<string, Entry[]>();
  /**
   * Nodes by the nonces of earlier packets to them. While a challenge holds, a node repeats it whatever it is sent
   * (v5_udp.go handleUnknown): the one for a request that was given up may open the session for the next.
   * BOUNDED: MAX_OLD_NONCES.
   */
  readonly #oldNonces = new BoundedMap<string, { readonly idHex: string; readonly until: number }>(
    MAX_OLD_NONCES,
  );
  /** Requests under way by address: what the receiver asks. */
  readonly #addresses = new Map<string, number>();
  #queued = 0;

  /** @param send sends a call whose turn has come, and says `sent` or `fail` of it */
  constructor(clock: Clock, send: (call: Call) => void, timedOut: (call: Call) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#timedOut = timedOut;
  }

  /** Requests that were sent. */
  get active(): number {
    return this.#active.size;
  }

  /** Requests that wait for their turn. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether an answer is awaited from this address. */
  expects(ip: string): boolean {
    return this.#addresses.has(ip);
  }

  /**
   * Sends a request in its turn and waits for its answer.
   * @throws DiscoveryError `timeout`, `closed`, `busy`, or what `fail` was given
   */
  add(target: CallTarget, requestId: Uint8Array, message: V5Request): Promise<readonly V5Response[]> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(target.idHex) ?? [];
      if (this.#active.size + this.#queued >= MAX_PENDING || queue.length >= MAX_QUEUED_PER_NODE) {
        reject(new DiscoveryError('busy', 'too many discovery requests are under way'));
        return;
      }
      queue.push({
        target,
        requestId,
        message,
        offered: undefined,
        openedByPing: false,
        resolve,
        reject,
        parts: [],
        nonceHex: undefined,
        timer: undefined,
      });
      this.#queues.set(target.idHex, queue);
      this.#queued++;
      this.#next(target.idHex);
    });
  }

  /** Notes that the call went out in a packet with this nonce, and gives its answer the whole time anew. */
  sent(call: Call, nonce: Uint8Array): void {
    const entry = this.#active.get(call.target.idHex);
    if (entry !== call) return;
    this.#retireNonce(entry);
    entry.nonceHex = bytesToHex(nonce);
    this.#byNonce.set(entry.nonceHex, entry);
    this.#startTimer(entry);
  }

  /** The call that went out with this nonce, or the one that is under way to the node that a packet with it went to. */
  byNonce(nonce: Uint8Array): Call | undefined {
    const nonceHex = bytesToHex(nonce);
    const call = this.#byNonce.get(nonceHex);
    if (call !== undefined) return call;
    const old = this.#oldNonces.peek(nonceHex);
    return old === undefined || old.until <= this.#clock.monotonic()
      ? undefined
      : this.#active.get(old.idHex);
  }

  /** The call that the node is to answer. */
  activeOf(idHex: string): Call | undefined {
    return this.#active.get(idHex);
  }

  /** Hands an answer to the call that waits for it. */
  answer(
    idHex: string,
    from: SocketAddress,
    { requestId, message }: V5Envelope<V5Response>,
  ): AnswerRefusal | undefined {
    const entry = this.#active.get(idHex);
    if (entry === undefined || compareBytes(entry.requestId, requestId) !== 0) return 'unsolicited';
    const { address } = entry.target;
    if (address.ip !== from.ip || address.port !== from.port) return 'wrong-address';
    if (message.type !== RESPONSE_TYPES[entry.message.type]) {
      return entry.openedByPing && message.type === 'pong' ? undefined : 'wrong-answer';
    }
    const [first] = entry.parts;
    if (first?.type === 'nodes' && message.type === 'nodes' && message.total !== first.total) {
      return 'wrong-answer';
    }
    entry.parts.push(message);
    if (entry.parts.length < partsOf(entry.parts[0])) this.#startTimer(entry);
    else this.#end(entry, () => entry.resolve(entry.parts));
    return undefined;
  }

  /** Ends a call that cannot be answered. */
  fail(call: Call, error: DiscoveryError): void {
    const entry = this.#active.get(call.target.idHex);
    if (entry === call) this.#end(entry, () => entry.reject(error));
  }

  /** Ends all that wait with `closed`. */
  close(): void {
    const entries = [...this.#active.values(), ...[...this.#queues.values()].flat()];
    for (const { timer } of entries) timer?.cancel();
    for (const map of [this.#active, this.#byNonce, this.#oldNonces, this.#queues, this.#addresses])
      map.clear();
    this.#queued = 0;
    for (const { reject } of entries) reject(new DiscoveryError('closed', 'discovery has stopped'));
  }

  #next(idHex: string): void {
    const queue = this.#queues.get(idHex);
    const entry = this.#active.has(idHex) ? undefined : queue?.shift();
    if (queue === undefined || entry === undefined) return;
    if (queue.length === 0) this.#queues.delete(idHex);
    this.#queued--;
    this.#active.set(idHex, entry);
    const { ip } = entry.target.address;
    this.#addresses.set(ip, (this.#addresses.get(ip) ?? 0) + 1);
    this.#send(entry);
  }

  #startTimer(entry: Entry): void {
    entry.timer?.cancel();
    entry.timer = this.#clock.after(REPLY_TIMEOUT_MS, () => {
      this.#timedOut(entry);
      this.#end(entry, () => {
        if (entry.parts.length > 0) entry.resolve(entry.parts);
        else {
          const { type } = entry.message;
          entry.reject(new DiscoveryError('timeout', `no answer to ${type} within ${REPLY_TIMEOUT_MS} ms`));
        }
      });
    });
  }

  #retireNonce({ nonceHex, target: { idHex } }: Entry): void {
    if (nonceHex === undefined) return;
    this.#byNonce.delete(nonceHex);
    this.#oldNonces.set(nonceHex, { idHex, until: this.#clock.monotonic() + CHALLENGE_TIMEOUT_MS });
  }

  #end(entry: Entry, settle: () => void): void {
    const { idHex, address } = entry.target;
    entry.timer?.cancel();
    this.#active.delete(idHex);
    this.#retireNonce(entry);
    const left = (this.#addresses.get(address.ip) ?? 1) - 1;
    if (left === 0) this.#addresses.delete(address.ip);
    else this.#addresses.set(address.ip, left);
    settle();
    this.#next(idHex);
  }
}

/** How many messages the answer has of which this is the first. */
function partsOf(first: V5Response | undefined): number {
  return first?.type === 'nodes' ? Math.min(first.total, MAX_NODES_PARTS) : 1;
}
