import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import { isSameAddress } from '../../base/ip.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import { AwaitedReplies, busyError, type AwaitedReply } from '../awaited-replies.ts';
import { closedError, type DiscoveryError } from '../errors.ts';
import {
  CHALLENGE_TIMEOUT_MS,
  MAX_NODES_PARTS,
  MAX_OLD_NONCES,
  MAX_ACTIVE_REQUESTS,
  MAX_QUEUED_PER_NODE,
  REPLY_TIMEOUT_MS,
} from './constants.ts';
import { RESPONSE_TYPES, type V5Envelope, type V5Request, type V5Response } from './messages.ts';
import type { Session } from './session-cache.ts';

/** The node that a request is sent to. */
export interface RequestTarget {
  readonly idHex: string;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: SocketAddress;
}

/** Our request, from the time it is queued until it is answered or fails. */
export interface ActiveRequest {
  readonly target: RequestTarget;
  readonly requestId: Uint8Array;
  readonly message: V5Request;
  /** The session of our handshake for this request; undefined before a handshake. */
  offered: Session | undefined;
  /** Whether the request did not fit into its handshake packet, which contains a PING in its place. */
  openedByPing: boolean;
}

interface Entry extends ActiveRequest, AwaitedReply {
  readonly resolve: (answer: readonly V5Response[]) => void;
  readonly parts: V5Response[];
  nonceHex: string | undefined;
}

/** Why a response was refused. */
export type AnswerRefusal = 'unsolicited' | 'wrong-address' | 'wrong-answer';

/**
 * Our requests that wait for answers. Each node has one active request; the others are queued: until an answer shows
 * that the session works, the node might not be able to decrypt a further request (p2p/discover/v5_udp.go dispatch).
 * BOUNDED: MAX_ACTIVE_REQUESTS in total, MAX_QUEUED_PER_NODE per node.
 */
export class ActiveRequests {
  readonly #clock: Clock;
  readonly #send: (request: ActiveRequest) => void;
  readonly #timedOut: (request: ActiveRequest) => void;
  readonly #awaited: AwaitedReplies<Entry>;
  /** By node ID. */
  readonly #active = new Map<string, Entry>();
  readonly #byNonce = new Map<string, Entry>();
  readonly #queues = new Map<string, Entry[]>();
  /**
   * Nodes by the nonces of earlier packets to them. While its challenge is valid, a node sends the same one again for any
   * packet (v5_udp.go handleUnknown): the challenge to a failed request can start the session of the next one.
   * BOUNDED: MAX_OLD_NONCES.
   */
  readonly #oldNonces = new BoundedMap<string, { readonly idHex: string; readonly until: number }>(
    MAX_OLD_NONCES,
  );
  #queued = 0;

  /**
   * @param send sends a request that became active, then calls `sent` or `fail`
   * @param timedOut called before a request fails because of its timeout
   */
  constructor(
    clock: Clock,
    send: (request: ActiveRequest) => void,
    timedOut: (request: ActiveRequest) => void,
  ) {
    this.#clock = clock;
    this.#send = send;
    this.#timedOut = timedOut;
    this.#awaited = new AwaitedReplies(clock, REPLY_TIMEOUT_MS);
  }

  /** Number of sent requests that wait for answers. */
  get active(): number {
    return this.#active.size;
  }

  /** Number of queued requests. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether an answer is expected from this address. */
  expects(ip: string): boolean {
    return this.#awaited.expects(ip);
  }

  /**
   * Queues a request and resolves with its answer.
   * @throws DiscoveryError `timeout`, `closed`, `busy`, or the error given to `fail`
   */
  add(target: RequestTarget, requestId: Uint8Array, message: V5Request): Promise<readonly V5Response[]> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(target.idHex) ?? [];
      if (this.#active.size + this.#queued >= MAX_ACTIVE_REQUESTS || queue.length >= MAX_QUEUED_PER_NODE) {
        reject(busyError());
        return;
      }
      queue.push({
        target,
        ip: target.address.ip,
        requestId,
        message,
        offered: undefined,
        openedByPing: false,
        resolve,
        reject,
        parts: [],
        nonceHex: undefined,
      });
      this.#queues.set(target.idHex, queue);
      this.#queued++;
      this.#activateNext(target.idHex);
    });
  }

  /** Records the nonce of the packet that carried the request, and restarts its timeout. */
  sent(request: ActiveRequest, nonce: Uint8Array): void {
    const entry = this.#active.get(request.target.idHex);
    if (entry !== request) return;
    this.#retireNonce(entry);
    entry.nonceHex = bytesToHex(nonce);
    this.#byNonce.set(entry.nonceHex, entry);
    this.#startTimer(entry);
  }

  /** The request of the packet with this nonce, or the active request to the node that the packet was sent to. */
  byNonce(nonce: Uint8Array): ActiveRequest | undefined {
    const nonceHex = bytesToHex(nonce);
    const request = this.#byNonce.get(nonceHex);
    if (request !== undefined) return request;
    const old = this.#oldNonces.peek(nonceHex);
    return old === undefined || old.until <= this.#clock.monotonic()
      ? undefined
      : this.#active.get(old.idHex);
  }

  /** The request that the node is expected to answer. */
  activeOf(idHex: string): ActiveRequest | undefined {
    return this.#active.get(idHex);
  }

  /** Passes a response to the request that it answers; returns why it was refused, undefined if it was not. */
  answer(
    idHex: string,
    from: SocketAddress,
    { requestId, message }: V5Envelope<V5Response>,
  ): AnswerRefusal | undefined {
    const entry = this.#active.get(idHex);
    if (entry === undefined || compareBytes(entry.requestId, requestId) !== 0) return 'unsolicited';
    if (!isSameAddress(entry.target.address, from)) return 'wrong-address';
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

  /** Ends a request that cannot be answered. */
  fail(request: ActiveRequest, error: DiscoveryError): void {
    const entry = this.#active.get(request.target.idHex);
    if (entry === request) this.#end(entry, () => entry.reject(error));
  }

  /** Ends all requests with `closed`. */
  close(): void {
    const queued = [...this.#queues.values()].flat();
    for (const map of [this.#active, this.#byNonce, this.#oldNonces, this.#queues]) map.clear();
    this.#queued = 0;
    this.#awaited.close();
    for (const { reject } of queued) reject(closedError());
  }

  #activateNext(idHex: string): void {
    const queue = this.#queues.get(idHex);
    const entry = this.#active.has(idHex) ? undefined : queue?.shift();
    if (queue === undefined || entry === undefined) return;
    if (queue.length === 0) this.#queues.delete(idHex);
    this.#queued--;
    this.#active.set(idHex, entry);
    this.#awaited.add(entry);
    this.#send(entry);
  }

  #startTimer(entry: Entry): void {
    this.#awaited.startTimer(entry, () => {
      this.#timedOut(entry);
      this.#end(entry, () => {
        if (entry.parts.length > 0) entry.resolve(entry.parts);
        else entry.reject(this.#awaited.timeoutError(`answer to ${entry.message.type}`));
      });
    });
  }

  #retireNonce({ nonceHex, target: { idHex } }: Entry): void {
    if (nonceHex === undefined) return;
    this.#byNonce.delete(nonceHex);
    this.#oldNonces.set(nonceHex, { idHex, until: this.#clock.monotonic() + CHALLENGE_TIMEOUT_MS });
  }

  #end(entry: Entry, settle: () => void): void {
    const { idHex } = entry.target;
    this.#awaited.delete(entry);
    this.#active.delete(idHex);
    this.#retireNonce(entry);
    settle();
    this.#activateNext(idHex);
  }
}

/** The number of messages of an answer, from its first message. */
function partsOf(first: V5Response | undefined): number {
  return first?.type === 'nodes' ? Math.min(first.total, MAX_NODES_PARTS) : 1;
}
