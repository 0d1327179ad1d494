/** UDP sockets of node:dgram. */
import { createSocket, type Socket } from 'node:dgram';
import { canonicalIp, formatSocketAddress, ipFamily } from './ip.ts';
import type { AddressFamily, DatagramSocket, DatagramTransport, SocketAddress } from './network.ts';
import type { Unsubscribe } from './runtime.ts';
import { toNetworkError } from './socket-errors.ts';

/** UDP of the operating system. */
export const systemDatagramTransport: DatagramTransport = {
  bind: (at, receiveBuffer) => bindSocket(at, receiveBuffer),
};

/** Smallest receive buffer to request where the system refuses a larger one, bytes: our choice. */
const LEAST_BUFFER = 64 * 1024;

async function bindSocket(at: SocketAddress, receiveBuffer: number | undefined): Promise<DatagramSocket> {
  const family = ipFamily(at.ip);
  const socket = createSocket({
    type: family === 'ipv6' ? 'udp6' : 'udp4',
    ipv6Only: family === 'ipv6',
    // Addresses are always numeric; the default would use a thread of the resolver for each.
    lookup: (host, _options, done) => {
      done(null, host, family === 'ipv6' ? 6 : 4);
    },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: at.ip, port: at.port, exclusive: true }, () => {
        socket.removeListener('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    socket.close();
    throw toNetworkError(`bind UDP ${formatSocketAddress(at)}`, cause);
  }
  if (receiveBuffer !== undefined) widenReceiveBuffer(socket, receiveBuffer);
  return new NodeDatagramSocket(socket, family);
}

/** Linux silently limits the size; macOS and BSD refuse a size above their limit, so that smaller ones are tried. */
function widenReceiveBuffer(socket: Socket, wanted: number): void {
  for (let size = wanted; size >= LEAST_BUFFER; size /= 2) {
    if ((receiveBufferOf(socket) ?? 0) >= size) return;
    try {
      socket.setRecvBufferSize(size);
      return;
    } catch {
      // A smaller one may be allowed.
    }
  }
}

/** Linux reports twice the requested size; the rest is for its own bookkeeping (socket(7), SO_RCVBUF). */
function receiveBufferOf(socket: Socket): number | undefined {
  try {
    const size = socket.getRecvBufferSize();
    return process.platform === 'linux' ? size / 2 : size;
  } catch {
    return undefined;
  }
}

type DatagramListener = (datagram: Uint8Array, from: SocketAddress) => void;

class NodeDatagramSocket implements DatagramSocket {
  readonly family: AddressFamily;
  readonly local: SocketAddress;
  readonly receiveBuffer: number | undefined;
  readonly #socket: Socket;
  readonly #listeners = new Set<DatagramListener>();
  #closing: Promise<void> | undefined;

  constructor(socket: Socket, family: AddressFamily) {
    this.#socket = socket;
    this.family = family;
    this.receiveBuffer = receiveBufferOf(socket);
    const { address, port } = socket.address();
    this.local = { ip: canonicalIp(address) ?? address, port };
    socket.on('message', (message, from) => {
      const ip = canonicalIp(withoutZone(from.address));
      if (ip === undefined) return;
      const datagram = new Uint8Array(message.buffer, message.byteOffset, message.length);
      for (const listener of this.#listeners) listener(datagram, { ip, port: from.port });
    });
    // Errors of single datagrams, such as ICMP messages, are ignored: UDP does not guarantee delivery.
    socket.on('error', () => undefined);
  }

  send(datagram: Uint8Array, to: SocketAddress): void {
    const sendable = to.port > 0 && to.port <= 0xffff && ipFamily(to.ip) === this.family;
    if (this.#closing !== undefined || !sendable || canonicalIp(to.ip) === undefined) return;
    this.#socket.send(datagram, to.port, to.ip, () => undefined);
  }

  onDatagram(listener: DatagramListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#listeners.clear();
      this.#socket.close(resolve);
    });
    return this.#closing;
  }
}

/** Node adds the interface to link-local addresses ("fe80::1%eth0"). */
function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}
