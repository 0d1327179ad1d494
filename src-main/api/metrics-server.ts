import type { Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';

import { formatSocketAddress, isLoopback } from '../base/ip.ts';
import type { Clock, Logger, Startable } from '../base/runtime.ts';
import { toNetworkError } from '../base/socket-errors.ts';
import { createHttpGuard, protect } from './http-guard.ts';
import { metricsErrorOf } from './metrics-error.ts';
import { serveProbes, type Probes } from './probes.ts';
import { ReaderWatch, SocketReader } from './reader-watch.ts';

/** Paths of the metrics: that of most exporters, and that of geth. */
export const METRICS_PATHS = ['/metrics', '/debug/metrics/prometheus'] as const;

/** Time limit for a client to send a request, milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Time limit for a connection on which nothing happens, milliseconds: more than the interval of most scrapes. */
const IDLE_MS = 20_000;
/** BOUNDED: concurrent connections; a few servers scrape a node. */
const MAX_CONNECTIONS = 32;
/** BOUNDED: bytes of a request's body; a scrape has none. */
const MAX_BODY = 1_024;
/** How long a reading answers further requests, so that many requests take no more time than one, milliseconds. */
const READING_MS = 1_000;

/** Headers of every response: it is read by programs, and never kept. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Where the metrics are served. */
export interface MetricsServerOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Allowed names of the Host header in addition to localhost and IP addresses. */
  readonly hostNames: readonly string[];
}

/** What the server takes. */
export interface MetricsServices {
  /** Reads all metrics. */
  readonly read: () => Promise<string>;
  /** The media type of what `read` returns. */
  readonly mediaType: string;
  readonly probes: Pick<Probes, 'readiness'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** HTTP server of the metrics and the probes. They are for everyone who can reach it: there is no token, and nothing can be changed. */
export class MetricsServer implements Startable {
  readonly #options: MetricsServerOptions;
  readonly #services: MetricsServices;
  readonly #readers: ReaderWatch;
  /** Connections with an answer that is not sent yet. BOUNDED: MAX_CONNECTIONS. */
  readonly #answered = new Set<Socket>();
  #app: FastifyInstance | undefined;
  #latest: { readonly at: number; readonly text: Promise<string> } | undefined;

  constructor(options: MetricsServerOptions, services: MetricsServices) {
    this.#options = options;
    this.#services = services;
    this.#readers = new ReaderWatch(services.clock, services.logger);
  }

  /** @throws MetricsError */
  async start(): Promise<void> {
    const { address, port } = this.#options;
    const app = fastify({
      logger: false,
      bodyLimit: MAX_BODY,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionTimeout: IDLE_MS,
      keepAliveTimeout: IDLE_MS,
      forceCloseConnections: true,
    });
    this.#app = app;
    app.server.maxConnections = MAX_CONNECTIONS;
    this.#limitReaders(app);
    // No page of another site reads the metrics through a browser of this machine.
    protect(app, createHttpGuard(this.#options.hostNames), HEADERS);
    serveProbes(app, this.#services.probes);
    for (const path of METRICS_PATHS) {
      app.get(path, async (_request, reply) =>
        reply.type(this.#services.mediaType).send(await this.#reading()),
      );
    }
    try {
      await app.listen({ host: address, port });
    } catch (error) {
      await this.stop();
      const where = formatSocketAddress({ ip: address, port });
      throw metricsErrorOf(toNetworkError(`listen on TCP ${where}`, error), where);
    }
    this.#report(app);
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    await app?.close();
  }

  /** Clients that do not read must not keep the probes from an answer: they would take all connections. */
  #limitReaders({ server }: FastifyInstance): void {
    server.on('connection', (socket: Socket) => {
      socket.once('close', this.#readers.add(new SocketReader(socket)));
    });
    server.on('request', ({ socket }, response) => {
      if (this.#answered.has(socket)) {
        const message = 'a connection was cut because it sends requests without reading the answers';
        this.#services.logger.warn(message);
        socket.destroy();
        return;
      }
      this.#answered.add(socket);
      response.once('close', () => this.#answered.delete(socket));
    });
  }

  #report({ server }: FastifyInstance): void {
    const { logger } = this.#services;
    const { address } = this.#options;
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : this.#options.port;
    const url = `http://${formatSocketAddress({ ip: address, port })}${METRICS_PATHS[0]}`;
    logger.info('the metrics are served', { url });
    if (!isLoopback(address)) {
      logger.warn('the metrics are served to other machines: everyone who can reach the port can read them', {
        address,
      });
    }
  }

  #reading(): Promise<string> {
    const at = this.#services.clock.monotonic();
    if (this.#latest === undefined || at - this.#latest.at >= READING_MS) {
      this.#latest = { at, text: this.#services.read() };
    }
    return this.#latest.text;
  }
}
