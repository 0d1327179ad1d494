import type { Clock, Timer } from '../leaf/runtime.ts';
import type { SocketAddress } from '../leaf/network.ts';

/** A protocol on the shared sockets. Must not throw. */
export interface DatagramHandler {
  /** Takes a datagram; false when it is none of this protocol's. */
  handle(datagram: Uint8Array, from: SocketAddress): boolean;
}

/** Datagrams that wait for the second protocol; more are dropped (p2p/server.go: unhandled, 100). BOUNDED. */
const MAX_WAITING = 100;

interface Waiting {
  readonly datagram: Uint8Array;
  readonly from: SocketAddress;
}

/**
 * Shares the sockets between two protocols: the first sees each datagram as it comes, the second what the first
 * refused, from a short queue, so that a flood of it cannot starve the first. (p2p/server.go sharedUDPConn)
 */
export class Demux {
  readonly #clock: Clock;
  readonly #dropped: (reason: string, datagram: Uint8Array, from: SocketAddress) => void;
  readonly #waiting: Waiting[] = [];
  #first: DatagramHandler | undefined;
  #second: DatagramHandler | undefined;
  #timer: Timer | undefined;

  /** @param dropped told of each datagram that neither protocol took */
  constructor(clock: Clock, dropped: (reason: string, datagram: Uint8Array, from: SocketAddress) => void) {
    this.#clock = clock;
    this.#dropped = dropped;
  }

  /** Sets the protocols in the order in which they are asked. */
  attach(first: DatagramHandler | undefined, second?: DatagramHandler): void {
    this.#first = first;
    this.#second = second;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.length = 0;
    this.attach(undefined);
  }

  receive(datagram: Uint8Array, from: SocketAddress): void {
    if (this.#first?.handle(datagram, from) === true) return;
    if (this.#second === undefined) this.#dropped('not-a-packet', datagram, from);
    else if (this.#waiting.length >= MAX_WAITING) this.#dropped('queue-full', datagram, from);
    else this.#queue({ datagram, from });
  }

  #queue(item: Waiting): void {
    this.#waiting.push(item);
    this.#timer ??= this.#clock.after(0, () => {
      this.#timer = undefined;
      for (const { datagram, from } of this.#waiting.splice(0)) {
        if (this.#second?.handle(datagram, from) !== true) this.#dropped('not-a-packet', datagram, from);
      }
    });
  }
}
