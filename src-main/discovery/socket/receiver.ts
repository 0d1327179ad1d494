import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { SignedHash } from '../../base/recovery-batch.ts';
import type { Recovery, SignerPool } from '../../base/recovery-pool.ts';
import type { Clock, Timer, Unsubscribe } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { PacketFilter } from './packet-filter.ts';

/** The datagrams of one protocol on the shared sockets. */
export interface DatagramHandler {
  /** Whether the protocol runs and the datagram belongs to it, judged by the hash or header, and the sender's address. */
  recognises(datagram: Uint8Array, from: SocketAddress): boolean;
  /** Whether an answer is expected from this address. */
  expects(ip: string): boolean;
  /**
   * Whether a recognised datagram answers a request of ours, judged without a signature check. Called only for addresses
   * that answers are expected from.
   */
  isAnswer(datagram: Uint8Array, from: SocketAddress): boolean;
  /** What `handle` will recover the sender's key from; undefined when it will not. A protocol without signatures omits it. */
  signed?(datagram: Uint8Array): SignedHash | undefined;
  /**
   * Checks and handles a recognised datagram.
   * @param signer the sender's key, 64 bytes, recovered from what `signed` returned; `invalid` if there is none; without it,
   *   the handler recovers the key
   */
  handle(datagram: Uint8Array, from: SocketAddress, signer?: Uint8Array | 'invalid'): void;
}

/** Constructor arguments of DatagramReceiver. */
export interface DatagramReceiverOptions {
  readonly clock: Clock;
  readonly filter: PacketFilter;
  /** Recovers the keys of the shared lane's senders while there are many; without it, the handlers do. */
  readonly pool?: SignerPool | undefined;
  /** Called for each datagram that is dropped before a protocol handles it. */
  readonly dropped: (reason: CauseCode, datagram: Uint8Array, from: SocketAddress) => void;
  /** Called when a handler throws: a bug of ours, which loses the datagram but does not end the process. */
  readonly onError: (error: unknown, from: SocketAddress) => void;
}

/**
 * Limits of the shared lane: our choice. A packet of an unknown node takes up to 0.2 ms, so the last of 512 waits less
 * than the half second after which its sender no longer accepts an answer.
 */
const SHARED_LANE = {
  /** The share of the event loop's time for its packets, as milliseconds per second, and the longest burst in milliseconds. */
  time: { perSecond: 600, burst: 10 },
  /** Queued datagrams; more are dropped. */
  capacity: 512,
  /** How long the event loop does other work before the lane continues, milliseconds. */
  pauseMs: 2,
  /** How long the queue is not empty, and how many datagrams it has, before the pool is told: a burst needs no threads. */
  overload: { ms: 250, datagrams: 64 },
} as const;

/** A datagram in the shared lane, with the handler of the protocol that recognised it. */
interface QueuedDatagram {
  readonly handler: DatagramHandler;
  readonly datagram: Uint8Array;
  readonly from: SocketAddress;
  /** The key of its sender; undefined when the handler recovers it. */
  readonly recovery: Recovery | undefined;
}

/**
 * Receives each datagram of the sockets: the filter, recognition by one of the protocols, then its handler. The reserved
 * lane (answers to our requests and proven endpoints) calls the handler immediately. The shared lane does so until its
 * share of time is used up, and queues the rest in order. Between the runs of the queue, the event loop reads the sockets,
 * so that datagrams of the reserved lane do not wait for it. While a pool recovers the keys, the queue stays in order: its first
 * datagram waits for its key.
 */
export class DatagramReceiver {
  readonly #options: DatagramReceiverOptions;
  /** Milliseconds that the shared lane may use now. */
  readonly #sharedTime: TokenBucket;
  /** BOUNDED: SHARED_LANE.capacity, plus those before #next, which were handled in the current run. */
  #shared: QueuedDatagram[] = [];
  #next = 0;
  /** Set while the shared lane pauses. */
  #pause: Timer | undefined;
  #handlers: readonly DatagramHandler[] = [];
  /** Since when datagrams are left in the queue at the end of each run, monotonic milliseconds. */
  #backlogSince: number | undefined;
  #forgetPool: Unsubscribe | undefined;

  constructor(options: DatagramReceiverOptions) {
    this.#options = options;
    this.#sharedTime = new TokenBucket(options.clock, SHARED_LANE.time);
  }

  /** Sets the protocols in the order in which they see a datagram. */
  attach(handlers: readonly DatagramHandler[]): void {
    this.#handlers = handlers;
    this.#forgetPool ??= this.#options.pool?.onRecovered(() => {
      if (this.#pause === undefined) this.#runShared();
    });
  }

  /** Drops all queued datagrams, and all that arrive later. */
  stop(): void {
    this.#handlers = [];
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#forgetPool?.();
    this.#forgetPool = undefined;
    this.#shared = [];
    this.#next = 0;
  }

  /** Receives a datagram. A property, so that the socket calls it directly. Never throws. */
  readonly receive = (datagram: Uint8Array, from: SocketAddress): void => {
    const { filter, dropped, onError } = this.#options;
    try {
      const refusal = filter.refusal(from);
      if (refusal !== undefined) {
        dropped(refusal, datagram, from);
        return;
      }
      const handler = this.#handlers.find((each) => each.recognises(datagram, from));
      if (handler === undefined) {
        filter.chargeGarbage(from);
        dropped('not-a-packet', datagram, from);
        return;
      }
      const lane = filter.admit(from, this.#isAnswer(handler, datagram, from));
      if (lane === 'reserved') handler.handle(datagram, from);
      else if (lane !== 'shared') dropped(lane, datagram, from);
      else if (this.#shared.length - this.#next >= SHARED_LANE.capacity)
        dropped('queue-full', datagram, from);
      else {
        this.#shared.push({ handler, datagram, from, recovery: this.#recover(handler, datagram) });
        if (this.#pause === undefined) this.#runShared();
      }
    } catch (error) {
      onError(error, from);
    }
  };

  #isAnswer(handler: DatagramHandler, datagram: Uint8Array, from: SocketAddress): boolean {
    return this.#handlers.some((each) => each.expects(from.ip)) && handler.isAnswer(datagram, from);
  }

  #recover(handler: DatagramHandler, datagram: Uint8Array): Recovery | undefined {
    const { pool, clock } = this.#options;
    if (pool?.isOn !== true || handler.signed === undefined) return undefined;
    const startedAt = clock.monotonic();
    const signed = handler.signed(datagram);
    this.#sharedTime.takeOnCredit(clock.monotonic() - startedAt);
    return signed && pool.take(signed);
  }

  /** Handles the datagrams of the shared lane until its time is used up, then pauses. A property, as the timer calls it. */
  readonly #runShared = (): void => {
    const { clock, onError } = this.#options;
    this.#pause = undefined;
    for (;;) {
      const queued = this.#shared[this.#next];
      if (queued === undefined || this.#sharedTime.available <= 0 || isPending(queued)) break;
      this.#next++;
      const startedAt = clock.monotonic();
      try {
        queued.handler.handle(queued.datagram, queued.from, signerOf(queued));
      } catch (error) {
        onError(error, queued.from);
      }
      this.#sharedTime.takeOnCredit(clock.monotonic() - startedAt);
    }
    if (this.#next === this.#shared.length) this.#shared.length = 0;
    else this.#shared = this.#shared.slice(this.#next);
    this.#next = 0;
    const [first] = this.#shared;
    if (first === undefined) this.#backlogSince = undefined;
    else if (!isPending(first)) {
      this.#noteBacklog();
      this.#pause ??= clock.after(SHARED_LANE.pauseMs, this.#runShared);
    }
  };

  #noteBacklog(): void {
    const { clock, pool } = this.#options;
    const now = clock.monotonic();
    this.#backlogSince ??= now;
    const { ms, datagrams } = SHARED_LANE.overload;
    if (now - this.#backlogSince >= ms && this.#shared.length >= datagrams) pool?.overloaded();
  }
}

/** Whether the pool will run the queue again when it has the key. */
const isPending = ({ recovery }: QueuedDatagram): boolean => recovery?.result === 'pending';

function signerOf({ recovery }: QueuedDatagram): Uint8Array | 'invalid' | undefined {
  const result = recovery?.result;
  return result === 'undone' || result === 'pending' ? undefined : result;
}
