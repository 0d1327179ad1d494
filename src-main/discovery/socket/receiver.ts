import type { SocketAddress } from '../../base/network.ts';
import type { Clock } from '../../base/runtime.ts';
import type { PacketFilter } from './packet-filter.ts';
import { WorkQueue, type WorkQueueLimits } from './work-queue.ts';

/** A datagram that a protocol has recognised by checks that cost little. */
export interface RecognisedPacket {
  /**
   * Whether it answers a question of ours, as far as can be told without its signature. Asked only of packets from
   * addresses that answers are awaited from.
   */
  isAnswer(): boolean;
  /** Checks the rest and acts on it. */
  handle(): void;
}

/** A protocol on the shared sockets. */
export interface DatagramHandler {
  /** Undefined when the datagram is none of this protocol's, judged by hash or header alone. */
  recognise(datagram: Uint8Array, from: SocketAddress): RecognisedPacket | undefined;
  /** Whether an answer is awaited from this address. */
  expects(ip: string): boolean;
}

/** What the receiver is made of. */
export interface DatagramReceiverOptions {
  readonly clock: Clock;
  readonly filter: PacketFilter;
  /** Told of each datagram that no protocol gets to handle. */
  readonly dropped: (reason: string, datagram: Uint8Array, from: SocketAddress) => void;
  /** Told of a mistake of ours: it may cost the datagram, never the process. */
  readonly onError: (error: unknown, from: SocketAddress) => void;
}

/**
 * What the shared lane may take of the event loop: our choice. A packet of a stranger costs up to 0.2 ms, so that 512 of
 * them wait less than the half second after which an answer is worth nothing.
 */
const SHARED_LANE: WorkQueueLimits = { share: 0.6, burstMs: 10, capacity: 512 };

/**
 * Takes each datagram off the sockets: filter, recognition by either protocol, then the rest at once for answers to us and
 * for proven endpoints, or within a share of time for all others.
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

  /** Drops what waits, and hands on nothing more. */
  stop(): void {
    this.#handlers = [];
    this.#shared.stop();
  }

  /** Takes a datagram. Never throws. */
  receive(datagram: Uint8Array, from: SocketAddress): void {
    try {
      const reason = this.#refusal(datagram, from);
      if (reason !== undefined) this.#options.dropped(reason, datagram, from);
    } catch (error) {
      this.#options.onError(error, from);
    }
  }

  #refusal(datagram: Uint8Array, from: SocketAddress): string | undefined {
    const { filter } = this.#options;
    const refusal = filter.refusal(from);
    if (refusal !== undefined) return refusal;
    const packet = this.#recognise(datagram, from);
    if (packet === undefined) {
      filter.chargeGarbage(from);
      return 'not-a-packet';
    }
    const isAnswer = this.#handlers.some((handler) => handler.expects(from.ip)) && packet.isAnswer();
    const lane = filter.admit(from, isAnswer);
    if (lane === 'reserved') packet.handle();
    else if (lane === 'shared') return this.#share(packet, from) ? undefined : 'queue-full';
    else return lane;
    return undefined;
  }

  #recognise(datagram: Uint8Array, from: SocketAddress): RecognisedPacket | undefined {
    for (const handler of this.#handlers) {
      const packet = handler.recognise(datagram, from);
      if (packet !== undefined) return packet;
    }
    return undefined;
  }

  #share(packet: RecognisedPacket, from: SocketAddress): boolean {
    return this.#shared.add(() => {
      try {
        packet.handle();
      } catch (error) {
        this.#options.onError(error, from);
      }
    });
  }
}
