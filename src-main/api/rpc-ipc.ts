import type { Socket } from 'node:net';
import { describeError } from '../base/errors.ts';
import { JsonSplitter } from '../base/json-splitter.ts';
import { listenLocal, type LocalListener } from '../base/local-listener.ts';
import type { Startable } from '../base/runtime.ts';
import { RPC_CODES } from './json-rpc.ts';
import { ReaderWatch, SocketReader } from './reader-watch.ts';
import {
  MAX_RPC_BODY,
  MAX_RPC_CLIENTS,
  RpcClient,
  type RpcClientServices,
  type RpcConnection,
} from './rpc-client.ts';
import { failureText } from './rpc-message.ts';
import type { RpcSocketServices } from './rpc-socket.ts';

/**
 * JSON-RPC over a Unix socket, or a named pipe on Windows, as geth's IPC endpoint (rpc/ipc.go): a stream of JSON texts in
 * both directions. There is no token: every process that can open the socket can call every method. The mode of the socket
 * permits only its owner to open it.
 */
export class IpcServer implements Startable {
  readonly #path: string;
  readonly #services: RpcSocketServices;
  readonly #readers: ReaderWatch;
  /** BOUNDED: MAX_RPC_CLIENTS. */
  readonly #sockets = new Set<Socket>();
  #listener: Promise<LocalListener> | undefined;
  #isStopped = false;

  /** @param path the socket, or the name of the pipe */
  constructor(path: string, services: RpcSocketServices) {
    this.#path = path;
    this.#services = services;
    this.#readers = new ReaderWatch(services.clock, services.logger);
  }

  /** Does nothing once it was stopped. @throws NetworkError that names the path */
  async start(): Promise<void> {
    if (this.#isStopped) return;
    this.#listener = listenLocal(this.#path, MAX_RPC_CLIENTS, (socket) => {
      this.#accept(socket);
    });
    try {
      await this.#listener;
    } catch (error) {
      this.#listener = undefined;
      throw error;
    }
    this.#services.logger.info('JSON-RPC is served over IPC', { path: this.#path });
  }

  /** Closes the connections, and removes the socket. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const listening = this.#listener;
    this.#listener = undefined;
    if (listening === undefined) return;
    // A start that fails has its own caller.
    const listener = await listening.catch(() => undefined);
    const closed = listener?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const forget = this.#readers.add(new SocketReader(socket));
    this.#sockets.add(socket);
    const { rpc, random, logger } = this.#services;
    const onQueued = (): void => {
      this.#readers.check();
    };
    serveIpcSocket(socket, { rpc, random, logger, onQueued });
    socket.once('close', () => {
      forget();
      this.#sockets.delete(socket);
    });
  }
}

/** Serves one client until either side closes the connection. */
function serveIpcSocket(socket: Socket, services: RpcClientServices): void {
  const client = new RpcClient(connectionOf(socket), services);
  const splitter = new JsonSplitter(MAX_RPC_BODY);
  socket.on('data', (chunk: Buffer) => {
    // After an error the stream is of no use, and is discarded until it ends.
    if (!socket.writable) return;
    try {
      for (const text of splitter.push(new Uint8Array(chunk))) client.take(text);
    } catch (error) {
      // geth too answers a stream that it cannot read with a parse error, and closes it (rpc/server.go).
      services.logger.debug('an RPC client’s stream cannot be read', { reason: describeError(error) });
      client.close();
      socket.write(`${failureText('null', RPC_CODES.parse, `parse error: ${describeError(error)}`)}\n`);
      socket.destroySoon();
    }
  });
  socket.on('error', (error) => {
    services.logger.debug('an RPC client’s connection failed', { reason: error.message });
  });
  socket.on('close', () => {
    client.close();
  });
}

const connectionOf = (socket: Socket): RpcConnection => ({
  get isOpen() {
    return socket.writable;
  },
  get queued() {
    return socket.writableLength;
  },
  send: (text) => {
    socket.write(`${text}\n`);
  },
  refuse: () => {
    socket.destroy();
  },
  cut: () => {
    socket.destroy();
  },
});
