import { NetworkError } from '../../src-main/base/errors.ts';
import { formatSocketAddress, ipFamily, isUnspecified } from '../../src-main/base/ip.ts';
import type {
  ByteStream,
  DatagramSocket,
  DatagramTransport,
  SocketAddress,
  StreamDialer,
  StreamListener,
  StreamServer,
} from '../../src-main/base/network.ts';
import type { Clock } from '../../src-main/base/runtime.ts';
import { MemoryStream } from './memory-stream.ts';
import { SeededRandom } from './seeded-random.ts';

/** Latency and loss of the network. */
export interface MemoryNetworkOptions {
  /** One-way delay; a function returns that of a pair of addresses. */
  readonly latencyMs?: number | ((from: string, to: string) => number);
  /** The share of datagrams that are lost, 0 to 1. Streams lose nothing. */
  readonly loss?: number;
  readonly seed?: number;
}

/** The transports of a machine on the network. */
export interface MemoryHost {
  readonly datagrams: DatagramTransport;
  readonly dialer: StreamDialer;
  readonly listener: StreamListener;
}

type DatagramListener = (datagram: Uint8Array, from: SocketAddress) => void;
type StreamAcceptor = (stream: ByteStream) => void;

/** The first ephemeral port. */
const FIRST_EPHEMERAL_PORT = 49_152;

/** A network in memory: machines with addresses, datagrams that are delayed and lost, streams that are delayed. */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #latency: (from: string, to: string) => number;
  readonly #udp = new Map<string, MemoryDatagramSocket>();
  readonly #tcp = new Map<string, StreamAcceptor>();
  readonly #machines = new Set<string>();
  #nextPort = FIRST_EPHEMERAL_PORT;
  /** The share of datagrams that are lost from now on. */
  loss: number;
  /** Whether traffic between two addresses passes, for partitions and firewalls. Blocked dials time out. */
  passes: (from: string, to: string, kind: 'udp' | 'tcp') => boolean = () => true;
  /** Called with every datagram that is sent. */
  tap: ((datagram: Uint8Array, from: SocketAddress, to: SocketAddress) => void) | undefined;

  constructor(clock: Clock, options: MemoryNetworkOptions = {}) {
    this.#clock = clock;
    this.#random = new SeededRandom(options.seed ?? 1);
    const latency = options.latencyMs ?? 0;
    this.#latency = typeof latency === 'number' ? () => latency : latency;
    this.loss = options.loss ?? 0;
  }

  /** A machine with these addresses (one of each family at most). */
  host(...ips: readonly string[]): MemoryHost {
    for (const ip of ips) this.#machines.add(ip);
    return {
      datagrams: { bind: async (at) => this.#bind(this.#place(at, ips, this.#udp)) },
      dialer: { dial: (to, options) => this.#dial(ips, to, options) },
      listener: { listen: async (at, onStream) => this.#listen(this.#place(at, ips, this.#tcp), onStream) },
    };
  }

  /** Open sockets and listeners. */
  get open(): number {
    return this.#udp.size + this.#tcp.size;
  }

  /** Used by the sockets of this network. */
  carry(datagram: Uint8Array, from: SocketAddress, to: SocketAddress): void {
    this.tap?.(datagram, from, to);
    if (!this.passes(from.ip, to.ip, 'udp') || this.#random.fraction() < this.loss) return;
    const copy = datagram.slice();
    this.#clock.after(this.#latency(from.ip, to.ip), () => {
      this.#udp.get(formatSocketAddress(to))?.deliver(copy, from);
    });
  }

  /** Used by the sockets of this network. */
  release(at: SocketAddress): void {
    this.#udp.delete(formatSocketAddress(at));
  }

  /** The address that `at` means on a machine. @throws NetworkError as a system would */
  #place(at: SocketAddress, ips: readonly string[], taken: ReadonlyMap<string, unknown>): SocketAddress {
    const ip = isUnspecified(at.ip) ? ips.find((own) => ipFamily(own) === ipFamily(at.ip)) : at.ip;
    if (ip === undefined || !ips.includes(ip)) {
      throw new NetworkError('address-not-available', `No machine of ours has ${at.ip}`);
    }
    const place = { ip, port: at.port === 0 ? this.#nextPort++ : at.port };
    if (taken.has(formatSocketAddress(place))) {
      throw new NetworkError('address-in-use', `${formatSocketAddress(place)} is in use`);
    }
    return place;
  }

  #bind(at: SocketAddress): Promise<DatagramSocket> {
    const socket = new MemoryDatagramSocket(this, at);
    this.#udp.set(formatSocketAddress(at), socket);
    return Promise.resolve(socket);
  }

  #listen(at: SocketAddress, onStream: StreamAcceptor): Promise<StreamServer> {
    this.#tcp.set(formatSocketAddress(at), onStream);
    return Promise.resolve({
      local: at,
      close: () => {
        this.#tcp.delete(formatSocketAddress(at));
        return Promise.resolve();
      },
    });
  }

  #dial(
    ips: readonly string[],
    to: SocketAddress,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ByteStream> {
    const ip = ips.find((own) => ipFamily(own) === ipFamily(to.ip));
    if (ip === undefined) return Promise.reject(new NetworkError('unreachable', 'No address of that family'));
    const from = { ip, port: this.#nextPort++ };
    const reachable = this.#machines.has(to.ip) && this.passes(ip, to.ip, 'tcp');
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        signal?.removeEventListener('abort', abort);
        timer.cancel();
        action();
      };
      const abort = (): void => {
        settle(() => {
          reject(new NetworkError('aborted', 'The dial was called off'));
        });
      };
      const roundTrip = 2 * this.#latency(ip, to.ip);
      const timer =
        reachable && roundTrip < timeoutMs
          ? this.#clock.after(roundTrip, () => {
              settle(() => {
                this.#connect(from, to, resolve, reject);
              });
            })
          : this.#clock.after(timeoutMs, () => {
              settle(() => {
                reject(new NetworkError('timed-out', `No answer from ${formatSocketAddress(to)}`));
              });
            });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort);
    });
  }

  #connect(
    from: SocketAddress,
    to: SocketAddress,
    resolve: (stream: ByteStream) => void,
    reject: (error: Error) => void,
  ): void {
    const accept = this.#tcp.get(formatSocketAddress(to));
    if (accept === undefined) {
      reject(new NetworkError('connection-refused', `No listener on ${formatSocketAddress(to)}`));
      return;
    }
    const [ours, theirs] = MemoryStream.pair(this.#clock, from, to, () => this.#latency(from.ip, to.ip));
    accept(theirs);
    resolve(ours);
  }
}

class MemoryDatagramSocket implements DatagramSocket {
  readonly local: SocketAddress;
  readonly family;
  readonly receiveBuffer = undefined;
  readonly #network: MemoryNetwork;
  readonly #listeners = new Set<DatagramListener>();
  #closed = false;

  constructor(network: MemoryNetwork, local: SocketAddress) {
    this.#network = network;
    this.local = local;
    this.family = ipFamily(local.ip);
  }

  send(datagram: Uint8Array, to: SocketAddress): void {
    if (!this.#closed && ipFamily(to.ip) === this.family) this.#network.carry(datagram, this.local, to);
  }

  onDatagram(listener: DatagramListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  deliver(datagram: Uint8Array, from: SocketAddress): void {
    for (const listener of [...this.#listeners]) listener(datagram, from);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#network.release(this.local);
    return Promise.resolve();
  }
}
