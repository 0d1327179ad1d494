import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import type { PacketFilter } from './packet-filter.ts';
import { WorkQueue, type WorkQueueLimits } from './work-queue.ts';

/** The datagrams of one protocol on the shared sockets. */
export interface DatagramHandler {
  /** Whether the protocol runs and the datagram belongs to it, judged by the hash or header alone. */
  recognises(datagram: Uint8Array): boolean;
  /** Whether an answer is expected from this address. */
  expects(ip: string): boolean;
  /**
   * Whether a recognised datagram answers a request of ours, judged without a signature check. Called only for addresses
   * that answers are expected from.
   */
  isAnswer(datagram: Uint8Array, from: SocketAddress): boolean;
  /** Checks and handles a recognised datagram. */
  handle(datagram: Uint8Array, from: SocketAddress): void;
}

/** Constructor arguments of DatagramReceiver. */
export interface DatagramReceiverOptions {
  readonly clock: Clock;
  readonly filter: PacketFilter;
  /** Called for each datagram that is dropped before a protocol handles it. */
  readonly dropped: (reason: CauseCode, datagram: Uint8Array, from: SocketAddress) => void;
  /** Called when a handler throws: a bug of ours, which loses the datagram but does not end the process. */
  readonly onError: (error: unknown, from: SocketAddress) => void;
}

/**
 * Limits of the shared lane: our choice. A packet of an unknown node takes up to 0.2 ms, so the last of 512 waits less
 * than the half second after which its sender no longer accepts an answer.
 */
const SHARED_LANE: WorkQueueLimits = { share: 0.6, burstMs: 10, capacity: 512 };

/**
 * Receives each datagram of the sockets: the filter, recognition by one of the protocols, then its handler: immediately in
 * the reserved lane (answers to our requests and proven endpoints), through a work queue in the shared lane.
 */
export class DatagramReceiver {
  readonly #options: DatagramReceiverOptions;
  readonly #shared: WorkQueue;
  #handlers: readonly DatagramHandler[] = [];

  constructor(options: DatagramReceiverOptions) {
    this.#options = options;
    this.#shared = new WorkQueue(options.clock, SHARED_LANE);
  }

  /** Sets the protocols in the order in which they see a datagram. */
  attach(handlers: readonly DatagramHandler[]): void {
    this.#handlers = handlers;
  }

  /** Drops all queued datagrams, and all that arrive later. */
  stop(): void {
    this.#handlers = [];
    this.#shared.stop();
  }

  /** Receives a datagram. A property, so that the socket calls it directly. Never throws. */
  readonly receive = (datagram: Uint8Array, from: SocketAddress): void => {
    try {
      const reason = this.#process(datagram, from);
      if (reason !== undefined) this.#options.dropped(reason, datagram, from);
    } catch (error) {
      this.#options.onError(error, from);
    }
  };

  /** Returns why the datagram was dropped; undefined if a protocol handles it. */
  #process(datagram: Uint8Array, from: SocketAddress): CauseCode | undefined {
    const { filter } = this.#options;
    const refusal = filter.refusal(from);
    if (refusal !== undefined) return refusal;
    const handler = this.#handlers.find((each) => each.recognises(datagram));
    if (handler === undefined) {
      filter.chargeGarbage(from);
      return 'not-a-packet';
    }
    const lane = filter.admit(from, this.#isAnswer(handler, datagram, from));
    if (lane === 'shared') return this.#share(handler, datagram, from) ? undefined : 'queue-full';
    if (lane !== 'reserved') return lane;
    handler.handle(datagram, from);
    return undefined;
  }

  #isAnswer(handler: DatagramHandler, datagram: Uint8Array, from: SocketAddress): boolean {
    return this.#handlers.some((each) => each.expects(from.ip)) && handler.isAnswer(datagram, from);
  }

  #share(handler: DatagramHandler, datagram: Uint8Array, from: SocketAddress): boolean {
    return this.#shared.add(() => {
      try {
        handler.handle(datagram, from);
      } catch (error) {
        this.#options.onError(error, from);
      }
    });
  }
}
