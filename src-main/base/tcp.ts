/** TCP connections of node:net. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { canonicalIp, formatSocketAddress } from './ip.ts';
import type { ByteStream, SocketAddress, StreamDialer, StreamListener, StreamServer } from './network.ts';
import type { Unsubscribe } from './runtime.ts';
import { networkError, toNetworkError } from './socket-errors.ts';

/** After `end` the other side has this long to close its half, milliseconds. Our choice: few bytes are queued then. */
const LINGER_MS = 2_000;

/** Outbound TCP of the operating system. */
export const systemStreamDialer: StreamDialer = {
  dial: (to, options) => dial(to, options),
};

/** Inbound TCP of the operating system. */
export const systemStreamListener: StreamListener = {
  listen: (at, onStream) => listen(at, onStream),
};

async function dial(
  to: SocketAddress,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<ByteStream> {
  const what = `connect to ${formatSocketAddress(to)}`;
  if (canonicalIp(to.ip) === undefined || to.port < 1 || to.port > 0xffff)
    throw networkError('unreachable', what);
  if (options.signal?.aborted === true) throw networkError('aborted', what);
  const socket = connect({ host: to.ip, port: to.port, noDelay: true });
  let deadline: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      deadline = setTimeout(() => {
        reject(networkError('timed-out', what));
      }, options.timeoutMs);
      onAbort = () => {
        reject(networkError('aborted', what));
      };
      options.signal?.addEventListener('abort', onAbort);
    });
    return new NodeByteStream(socket, to);
  } catch (cause) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw toNetworkError(what, cause);
  } finally {
    clearTimeout(deadline);
    if (onAbort !== undefined) options.signal?.removeEventListener('abort', onAbort);
  }
}

async function listen(at: SocketAddress, onStream: (stream: ByteStream) => void): Promise<StreamServer> {
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const remote = addressOf(socket.remoteAddress, socket.remotePort);
    if (remote === undefined) {
      // The other side closed the connection before it was accepted.
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    onStream(new NodeByteStream(socket, remote));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: at.ip, port: at.port, exclusive: true, ipv6Only: true }, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    throw toNetworkError(`listen on TCP ${formatSocketAddress(at)}`, cause);
  }
  // Accepting a connection may fail later (out of file descriptors); the listener stays open.
  server.on('error', () => undefined);
  return new NodeStreamServer(server, at);
}

class NodeStreamServer implements StreamServer {
  readonly local: SocketAddress;
  readonly #server: Server;
  #closing: Promise<void> | undefined;

  constructor(server: Server, at: SocketAddress) {
    this.#server = server;
    const address = server.address();
    this.local = address !== null && typeof address === 'object' ? { ip: at.ip, port: address.port } : at;
  }

  /** Stops accepting connections. Accepted streams stay open: their owners close them. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => undefined);
      // Node calls back only after the last connection closed; the listening handle closes immediately.
      setImmediate(resolve);
    });
    return this.#closing;
  }
}

class NodeByteStream implements ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  readonly #socket: Socket;
  /** An array, because it usually has one. BOUNDED: by the owners of the stream. */
  #closeListeners: ((error: Error | undefined) => void)[] = [];
  #consumer: ((chunk: Uint8Array) => void) | undefined;
  #error: Error | undefined;

  constructor(socket: Socket, remote: SocketAddress) {
    this.#socket = socket;
    this.remote = remote;
    this.local = addressOf(socket.localAddress, socket.localPort) ?? { ip: '0.0.0.0', port: 0 };
    socket.on('error', (error) => {
      this.#error ??= toNetworkError(`keep the connection to ${formatSocketAddress(remote)}`, error);
    });
    socket.once('close', () => {
      this.#consumer = undefined;
      const listeners = this.#closeListeners;
      this.#closeListeners = [];
      for (const listener of listeners) listener(this.#error);
    });
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    if (this.#consumer === undefined) {
      this.#socket.on('data', (chunk: Buffer) => {
        this.#consumer?.(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      });
    }
    this.#consumer = listener;
    this.#socket.resume();
  }

  onClose(listener: (error: Error | undefined) => void): Unsubscribe {
    if (this.#socket.closed) {
      queueMicrotask(() => {
        listener(this.#error);
      });
      return () => undefined;
    }
    this.#closeListeners.push(listener);
    return () => {
      this.#closeListeners = this.#closeListeners.filter((each) => each !== listener);
    };
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || this.#socket.writableEnded) return true;
    return this.#socket.write(bytes);
  }

  async drained(): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.removeListener('drain', done);
        socket.removeListener('close', done);
        resolve();
      };
      socket.once('drain', done);
      socket.once('close', done);
    });
  }

  get queued(): number {
    return this.#socket.writableLength;
  }

  end(): void {
    const socket = this.#socket;
    const linger = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(linger);
    });
    socket.end();
    // Discards what the other side still sends: unread bytes would keep the socket open.
    this.#consumer = undefined;
    socket.resume();
  }

  destroy(error?: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }
}

function addressOf(address: string | undefined, port: number | undefined): SocketAddress | undefined {
  if (address === undefined || port === undefined) return undefined;
  const zone = address.indexOf('%');
  const ip = canonicalIp(zone < 0 ? address : address.slice(0, zone));
  return ip === undefined ? undefined : { ip, port };
}
