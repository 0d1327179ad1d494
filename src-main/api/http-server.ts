import { access } from 'node:fs/promises';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Logger, Startable, Unsubscribe } from '../base/runtime.ts';
import { MIN_TLS_VERSION, type TlsCertificate } from '../base/tls-certificate.ts';
import { ApiError } from './api-error.ts';
import type { Access, Caller } from './access.ts';
import type { ApiDispatcher } from './handlers.ts';
import { HttpAccess, SOCKET_PROTOCOL } from './http-access.ts';
import { createHttpGuard, protect } from './http-guard.ts';
import type { RpcDispatcher } from './json-rpc.ts';
import { PAGE_HEADERS } from './page-policy.ts';
import { serveProbes, type Probes } from './probes.ts';
import { ReaderWatch, SocketReader } from './reader-watch.ts';
import { serveRpcHttp } from './rpc-http.ts';
import { MAX_RPC_BODY, MAX_RPC_CLIENTS } from './rpc-client.ts';
import { serveRpcSocket, type RpcSocketServices } from './rpc-socket.ts';
import { MAX_SOCKET_MESSAGE, MAX_SOCKETS, serveSocket, type SocketServices } from './web-socket.ts';

/** Time limit for a client to send head and body of a request, milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Time limit for the handshake of TLS, milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** BOUNDED: concurrent connections; pages and scripts need far fewer. */
const MAX_CONNECTIONS = 256;

/** Headers of every response. */
const HEADERS = { ...PAGE_HEADERS, 'Cache-Control': 'no-cache' };

/** The certificate of the page, and its changes. */
export interface CertificateSource {
  readonly current: TlsCertificate;
  onChange(listener: (certificate: TlsCertificate) => void): Unsubscribe;
}

/** Address and content of the page. */
export interface HttpOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whether any free port is used if `port` is in use. */
  readonly orAnyPort: boolean;
  /** Allowed names of the Host header in addition to localhost and IP addresses. */
  readonly hostNames: readonly string[];
  /** Undefined: plain HTTP. */
  readonly tls: CertificateSource | undefined;
  /** The folder of the built page. */
  readonly pageFolder: string;
}

/** Services that process the requests. */
export interface HttpServices extends Omit<SocketServices, 'api'>, Omit<RpcSocketServices, 'rpc'> {
  readonly access: Access;
  /** The requests of a page, and the methods of JSON-RPC, as the right of their caller permits them. */
  readonly apiFor: (caller: Caller) => ApiDispatcher;
  readonly rpcFor: (caller: Caller) => RpcDispatcher;
  readonly probes: Pick<Probes, 'readiness'>;
  readonly logger: Logger;
}

/**
 * HTTP server of the page, its WebSocket and JSON-RPC. The files of the page and the probes are public to everyone who can
 * reach the port. Everything else needs a token. That of the page is in the fragment of the URL and so never in a request line.
 */
export class HttpServer implements Startable {
  readonly #options: HttpOptions;
  readonly #services: HttpServices;
  #app: FastifyInstance | undefined;
  /** BOUNDED: MAX_CONNECTIONS. */
  readonly #connections = new Map<Socket, SocketReader>();
  /** Connections whose TLS handshake runs, by their remote address. BOUNDED: MAX_CONNECTIONS. */
  readonly #shakingHands = new Map<string, Socket>();
  readonly #readers: ReaderWatch;
  readonly #access: HttpAccess;
  readonly #onQueued = (): void => {
    this.#readers.check();
  };
  #endTokens: Unsubscribe | undefined;
  #sockets = 0;
  #rpcSockets = 0;
  #port = 0;
  #endCertificates: Unsubscribe | undefined;

  constructor(options: HttpOptions, services: HttpServices) {
    this.#options = options;
    this.#services = services;
    this.#readers = new ReaderWatch(services.clock, services.logger);
    this.#access = new HttpAccess(services.access, services.logger);
  }

  /** URL of the page with the token in its fragment; valid after `start`. */
  get url(): string {
    const { address } = this.#options;
    const scheme = this.#scheme;
    const shown = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
    const host = shown.includes(':') ? `[${shown}]` : shown;
    return `${scheme}://${host}:${String(this.#port)}/#token=${this.#services.access.pageToken}`;
  }

  /** @throws ApiError `address-in-use` or `address-not-available` */
  async start(): Promise<void> {
    const app = this.#createApp();
    this.#app = app;
    app.server.maxConnections = MAX_CONNECTIONS;
    protect(app, createHttpGuard(this.#options.hostNames, this.#scheme), HEADERS);
    serveProbes(app, this.#services.probes);
    this.#endTokens = this.#access.watch();
    await this.#serveSockets(app);
    serveRpcHttp(app, this.#access.byHeaderOrQuery, {
      rpcOf: (request) => this.#services.rpcFor(this.#access.callerOf(request)),
      readers: this.#readers,
      readerOf: ({ raw }) => this.#connections.get(raw.socket),
      logger: this.#services.logger,
    });
    await this.#servePage(app);
    const { address, port } = this.#options;
    try {
      await this.#listen(app);
    } catch (error) {
      await this.stop();
      throw listenError(error, address, port);
    }
    const bound = app.server.address();
    this.#port = typeof bound === 'object' && bound !== null ? bound.port : port;
  }

  get #scheme(): 'http' | 'https' {
    return this.#options.tls === undefined ? 'http' : 'https';
  }

  #createApp(): FastifyInstance {
    const { tls } = this.#options;
    const options = {
      logger: false,
      bodyLimit: MAX_RPC_BODY,
      requestTimeout: REQUEST_TIMEOUT_MS,
      forceCloseConnections: true,
    } as const;
    const watch = (connection: Socket): void => {
      this.#watch(connection);
    };
    if (tls === undefined) {
      const app = fastify(options);
      app.server.on('connection', watch);
      return app;
    }
    const context = ({ cert, key }: TlsCertificate) => ({ cert, key, minVersion: MIN_TLS_VERSION }) as const;
    const app = fastify({
      ...options,
      https: { ...context(tls.current), handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    });
    const server: TlsServer = app.server;
    server.on('connection', (connection: Socket) => {
      this.#awaitHandshake(connection);
    });
    server.on('secureConnection', watch);
    this.#endCertificates = tls.onChange((certificate) => {
      server.setSecureContext(context(certificate));
    });
    // Requests and replies are the same with both servers.
    return app;
  }

  #awaitHandshake(connection: Socket): void {
    const remote = remoteOf(connection);
    this.#shakingHands.set(remote, connection);
    connection.once('close', () => {
      if (this.#shakingHands.get(remote) === connection) this.#shakingHands.delete(remote);
    });
  }

  #watch(connection: Socket): void {
    this.#shakingHands.delete(remoteOf(connection));
    const reader = new SocketReader(connection);
    const forget = this.#readers.add(reader);
    this.#connections.set(connection, reader);
    connection.once('close', () => {
      forget();
      this.#connections.delete(connection);
    });
  }

  async #listen(app: FastifyInstance): Promise<void> {
    const { address, port, orAnyPort } = this.#options;
    try {
      await app.listen({ host: address, port });
    } catch (error) {
      if (!orAnyPort || systemCode(error) !== 'EADDRINUSE') throw error;
      await app.listen({ host: address, port: 0 });
    }
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    this.#endCertificates?.();
    this.#endTokens?.();
    if (app === undefined) return;
    for (const socket of app.websocketServer.clients) socket.close(1001);
    const closed = app.close();
    // The HTTP server does not close upgraded connections, or those whose upgrade was refused.
    for (const connection of this.#connections.keys()) connection.destroySoon();
    for (const connection of this.#shakingHands.values()) connection.destroy();
    await closed;
  }

  async #serveSockets(app: FastifyInstance): Promise<void> {
    await app.register(fastifyWebsocket, {
      options: {
        maxPayload: MAX_SOCKET_MESSAGE,
        // keepAlive answers pings with a bound.
        autoPong: false,
        handleProtocols: (offered: Set<string>) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
      },
    });
    app.get('/ws', { websocket: true, preValidation: this.#access.byHeader }, (socket, request) => {
      if (this.#sockets >= MAX_SOCKETS) {
        socket.close(1013);
        return;
      }
      this.#sockets += 1;
      socket.on('close', () => (this.#sockets -= 1));
      const caller = this.#access.callerOf(request);
      serveSocket(socket, { ...this.#services, api: this.#services.apiFor(caller) }, this.#onQueued);
      this.#access.hold(socket, caller);
    });
  }

  /** JSON-RPC over WebSocket at paths that also serve plain requests. */
  #serveRpcSockets(app: FastifyInstance, page: (reply: FastifyReply) => FastifyReply): void {
    const wsHandler = (socket: WebSocket, request: FastifyRequest): void => {
      if (this.#rpcSockets >= MAX_RPC_CLIENTS) {
        socket.close(1013);
        return;
      }
      this.#rpcSockets += 1;
      socket.on('close', () => (this.#rpcSockets -= 1));
      const caller = this.#access.callerOf(request);
      serveRpcSocket(socket, { ...this.#services, rpc: this.#services.rpcFor(caller) }, this.#onQueued);
      this.#access.hold(socket, caller);
    };
    const preValidation = this.#access.upgrades;
    app.route({
      method: 'GET',
      url: '/',
      preValidation,
      wsHandler,
      handler: (_request, reply) => page(reply),
    });
    app.route({
      method: 'GET',
      url: '/rpc',
      preValidation,
      wsHandler,
      handler: (_request, reply) => reply.code(405).header('Allow', 'POST').send({ error: 'Use POST.' }),
    });
  }

  async #servePage(app: FastifyInstance): Promise<void> {
    const { pageFolder } = this.#options;
    try {
      await access(join(pageFolder, 'index.html'));
    } catch {
      this.#serveRpcSockets(app, (reply) =>
        reply.code(503).type('text/plain; charset=utf-8').send('The page is not built. Run: npm run build\n'),
      );
      return;
    }
    this.#serveRpcSockets(app, (reply) => reply.sendFile('index.html'));
    await app.register(fastifyStatic, {
      root: pageFolder,
      index: ['index.html'],
      dotfiles: 'deny',
      cacheControl: false,
    });
  }
}

const remoteOf = ({ remoteAddress, remotePort }: Socket): string =>
  `${remoteAddress ?? ''} ${String(remotePort)}`;

const systemCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

function listenError(error: unknown, address: string, port: number): unknown {
  const code = systemCode(error);
  const where = `${address}:${String(port)}`;
  if (code === 'EADDRINUSE') {
    return new ApiError(
      'address-in-use',
      `The page cannot be served on ${where}: the port is in use; choose another with --http.port.`,
      null,
      { cause: error },
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') {
    return new ApiError(
      'address-not-available',
      `The page cannot be served on ${where}: this machine does not allow it.`,
      null,
      { cause: error },
    );
  }
  return error;
}
