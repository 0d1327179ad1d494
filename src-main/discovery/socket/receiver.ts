import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import type { PacketFilter } from './packet-filter.ts';
import { WorkQueue, type WorkQueueLimits } from './work-queue.ts';

/** The datagrams of one protocol on the shared sockets. */
export interface DatagramHandler {
  /** Whether the datagram belongs to this protocol and the protocol runs, judged by hash or header alone. */
  recognises(datagram: Uint8Array): boolean;
  /** Whether an answer is expected from this address. */
  expects(ip: string): boolean;
  /**
   * Whether a recognised datagram answers a request of ours, as far as can be told without its signature. Called only for
   * addresses that answers are expected from.
   */
  isAnswer(datagram: Uint8Array, from: SocketAddress): boolean;
  /** Checks the rest of a recognised datagram and acts on it. */
  handle(datagram: Uint8Array, from: SocketAddress): void;
}

/** Constructor arguments of DatagramReceiver. */
export interface DatagramReceiverOptions {
  readonly clock: Clock;
  readonly filter: PacketFilter;
  /** Called for each datagram that no protocol gets to handle. */
  readonly dropped: (reason: CauseCode, datagram: Uint8Array, from: SocketAddress) => void;
  /** Called for a bug of ours: it may cost the datagram, never the process. */
  readonly onError: (error: unknown, from: SocketAddress) => void;
}

/**
 * The share of the event loop for the shared lane: our choice. A packet of an unknown node costs up to 0.2 ms, so 512 of
 * them wait for less than the half second after which an answer is useless.
 */
const SHARED_LANE: WorkQueueLimits = { share: 0.6, burstMs: 10, capacity: 512 };

/**
 * Takes each datagram from the sockets: filter, recognition by either protocol, then the handler at once for answers to us
 * and for proven endpoints, or within a share of time for all others.
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

  /** Drops all waiting datagrams; later ones are dropped too. */
  stop(): void {
    this.#handlers = [];
    this.#shared.stop();
  }

  /** Takes a datagram; a property, so that the socket calls it directly. Never throws. */
  readonly receive = (datagram: Uint8Array, from: SocketAddress): void => {
    try {
      const reason = this.#process(datagram, from);
      if (reason !== undefined) this.#options.dropped(reason, datagram, from);
    } catch (error) {
      this.#options.onError(error, from);
    }
  };

  /** Returns why the datagram was dropped; undefined where a protocol handles it. */
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
