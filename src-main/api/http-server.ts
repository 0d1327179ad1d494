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
import { createHttpGuard, SOCKET_PROTOCOL, type HttpGuard } from './http-guard.ts';
import { CONTENT_SECURITY_POLICY, PAGE_HEADERS } from './page-policy.ts';
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

/** The certificate of the page, and its changes. */
export interface CertificateSource {
  readonly current: TlsCertificate;
  onChange(listener: (certificate: TlsCertificate) => void): Unsubscribe;
}

/** Address, token and content of the page. */
export interface HttpOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whether any free port is used if `port` is in use. */
  readonly orAnyPort: boolean;
  readonly token: string;
  /** Allowed names of the Host header in addition to localhost and IP addresses. */
  readonly hostNames: readonly string[];
  /** Undefined: plain HTTP. */
  readonly tls: CertificateSource | undefined;
  /** The folder of the built page. */
  readonly pageFolder: string;
}

/** Services that process the requests. */
export interface HttpServices extends SocketServices, RpcSocketServices {
  readonly probes: Pick<Probes, 'readiness'>;
  readonly logger: Logger;
}

/**
 * HTTP server of the page, its WebSocket and JSON-RPC. The files of the page and the probes are public to everyone who can
 * reach the port. Everything else needs the token, which is in the fragment of the URL and so never in a request line.
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
  readonly #onQueued = (): void => {
    this.#readers.check();
  };
  #sockets = 0;
  #rpcSockets = 0;
  #port = 0;
  #endCertificates: Unsubscribe | undefined;

  constructor(options: HttpOptions, services: HttpServices) {
    this.#options = options;
    this.#services = services;
    this.#readers = new ReaderWatch(services.clock, services.logger);
  }

  /** URL of the page with the token in its fragment; valid after `start`. */
  get url(): string {
    const { address, token } = this.#options;
    const scheme = this.#scheme;
    const shown = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
    const host = shown.includes(':') ? `[${shown}]` : shown;
    return `${scheme}://${host}:${String(this.#port)}/#token=${token}`;
  }

  /** @throws ApiError `address-in-use` or `address-not-available` */
  async start(): Promise<void> {
    const app = this.#createApp();
    this.#app = app;
    app.server.maxConnections = MAX_CONNECTIONS;
    const guard = createHttpGuard(this.#options.token, this.#options.hostNames, this.#scheme);
    protect(app, guard);
    serveProbes(app, this.#services.probes);
    await this.#serveSockets(app, guard);
    serveRpcHttp(app, authorisedByAny(guard), {
      rpc: this.#services.rpc,
      readers: this.#readers,
      readerOf: ({ raw }) => this.#connections.get(raw.socket),
      logger: this.#services.logger,
    });
    await this.#servePage(app, guard);
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
    if (app === undefined) return;
    for (const socket of app.websocketServer.clients) socket.close(1001);
    const closed = app.close();
    // The HTTP server does not close upgraded connections, or those whose upgrade was refused.
    for (const connection of this.#connections.keys()) connection.destroySoon();
    for (const connection of this.#shakingHands.values()) connection.destroy();
    await closed;
  }

  async #serveSockets(app: FastifyInstance, guard: HttpGuard): Promise<void> {
    await app.register(fastifyWebsocket, {
      options: {
        maxPayload: MAX_SOCKET_MESSAGE,
        // keepAlive answers pings with a bound.
        autoPong: false,
        handleProtocols: (offered: Set<string>) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
      },
    });
    app.get('/ws', { websocket: true, preValidation: authorised(guard) }, (socket) => {
      if (this.#sockets >= MAX_SOCKETS) {
        socket.close(1013);
        return;
      }
      this.#sockets += 1;
      socket.on('close', () => (this.#sockets -= 1));
      serveSocket(socket, this.#services, this.#onQueued);
    });
  }

  /** JSON-RPC over WebSocket at paths that also serve plain requests. */
  #serveRpcSockets(
    app: FastifyInstance,
    guard: HttpGuard,
    page: (reply: FastifyReply) => FastifyReply,
  ): void {
    const wsHandler = (socket: WebSocket): void => {
      if (this.#rpcSockets >= MAX_RPC_CLIENTS) {
        socket.close(1013);
        return;
      }
      this.#rpcSockets += 1;
      socket.on('close', () => (this.#rpcSockets -= 1));
      serveRpcSocket(socket, this.#services, this.#onQueued);
    };
    const preValidation = authorisedSocket(guard);
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

  async #servePage(app: FastifyInstance, guard: HttpGuard): Promise<void> {
    const { pageFolder } = this.#options;
    try {
      await access(join(pageFolder, 'index.html'));
    } catch {
      this.#serveRpcSockets(app, guard, (reply) =>
        reply.code(503).type('text/plain; charset=utf-8').send('The page is not built. Run: npm run build\n'),
      );
      return;
    }
    this.#serveRpcSockets(app, guard, (reply) => reply.sendFile('index.html'));
    await app.register(fastifyStatic, {
      root: pageFolder,
      index: ['index.html'],
      dotfiles: 'deny',
      cacheControl: false,
    });
  }
}

/** Checks Host and Origin and sets the response headers of every request. */
function protect(app: FastifyInstance, guard: HttpGuard): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      ...PAGE_HEADERS,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-cache',
    });
    const { host, origin } = request.headers;
    if (!guard.hostAllowed(host)) {
      return reply.code(403).send({ error: 'This host name is not allowed; --http.vhosts adds one.' });
    }
    if (!guard.originAllowed(origin, host))
      return reply.code(403).send({ error: 'This origin is not allowed.' });
    return undefined;
  });
}

const authorised =
  (guard: HttpGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { authorization } = request.headers;
    const subprotocols = request.headers['sec-websocket-protocol'];
    if (guard.tokenAccepted(authorization, subprotocols)) return undefined;
    return reply
      .code(401)
      .header('WWW-Authenticate', 'Bearer')
      .send({ error: 'The token is missing or wrong.' });
  };

/** For JSON-RPC: clients that cannot set a header pass the token as `?token=`. */
const authorisedByAny =
  (guard: HttpGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { token } = request.query as { readonly token?: unknown };
    return guard.isToken(token) ? undefined : authorised(guard)(request, reply);
  };

/** For upgrades; plain requests pass. */
const authorisedSocket =
  (guard: HttpGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    request.ws ? authorisedByAny(guard)(request, reply) : undefined;

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
