import { Scope } from '../base/lifecycle.ts';
import type { AddressFamily, DatagramSocket, DatagramTransport, SocketAddress } from '../base/network.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';

/** BOUNDED: datagrams that are on their way to a socket; further ones are lost, as in a full router. */
const MAX_WAITING = 256;

/** Binds sockets whose received datagrams are late, as over a distance: an answer takes that much longer. */
export class SlowDatagrams implements DatagramTransport {
  readonly #inner: DatagramTransport;
  readonly #clock: Clock;
  readonly #latencyMs: number;

  /** @param latencyMs delay of received datagrams, milliseconds */
  constructor(inner: DatagramTransport, clock: Clock, latencyMs: number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  async bind(at: SocketAddress, receiveBuffer?: number): Promise<DatagramSocket> {
    return new SlowSocket(await this.#inner.bind(at, receiveBuffer), new Scope(this.#clock), this.#latencyMs);
  }
}

/** Delivers received datagrams later. What is on its way when the socket closes is lost. */
class SlowSocket implements DatagramSocket {
  readonly #inner: DatagramSocket;
  readonly #scope: Scope;
  readonly #latencyMs: number;
  #waiting = 0;

  constructor(inner: DatagramSocket, scope: Scope, latencyMs: number) {
    this.#inner = inner;
    this.#scope = scope;
    this.#latencyMs = latencyMs;
  }

  get family(): AddressFamily {
    return this.#inner.family;
  }

  get local(): SocketAddress {
    return this.#inner.local;
  }

  get receiveBuffer(): number | undefined {
    return this.#inner.receiveBuffer;
  }

  send(datagram: Uint8Array, to: SocketAddress): void {
    this.#inner.send(datagram, to);
  }

  onDatagram(listener: (datagram: Uint8Array, from: SocketAddress) => void): Unsubscribe {
    let isEnded = false;
    const unsubscribe = this.#inner.onDatagram((datagram, from) => {
      if (this.#waiting >= MAX_WAITING) return;
      this.#waiting += 1;
      this.#scope.after(this.#latencyMs, () => {
        this.#waiting -= 1;
        if (!isEnded) listener(datagram, from);
      });
    });
    return () => {
      isEnded = true;
      unsubscribe();
    };
  }

  close(): Promise<void> {
    this.#scope.close();
    return this.#inner.close();
  }
}
