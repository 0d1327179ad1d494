import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { JsonSplitter } from '../../src-main/base/json-splitter.ts';
import { callsIn, type FakeClient } from './fake-client.ts';

/** A listening client. */
export interface FakeClientServer {
  /** The address as --sentry takes it. */
  readonly address: string;
  /** The headers of the last request, or of the last opened WebSocket. */
  readonly headers: () => IncomingHttpHeaders;
  /** Sends a notice of each subscription of this kind. */
  notify(kind: 'newHeads' | 'newPendingTransactions', result: unknown): void;
  /** Closes all connections and listens no more. */
  close(): Promise<void>;
}

/** How a server answers other than by its client. */
export interface ServerFaults {
  /** The status of each HTTP answer, with a Location for a redirect; that of a WebSocket's opening. */
  readonly status?: number;
  /** Bytes of each answer, which are no JSON. */
  readonly bytes?: number;
  /** Whether requests are read and never answered. */
  readonly silent?: boolean;
}

const idOf = (kind: string): string => `0x${kind.length.toString(16)}`;

const noticeText = (kind: string, result: unknown): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'eth_subscription',
    params: { subscription: idOf(kind), result },
  });

/** Serves a client over HTTP on loopback. */
export async function serveHttp(
  client: FakeClient,
  faults: ServerFaults = {},
  port = 0,
): Promise<FakeClientServer> {
  let headers: IncomingHttpHeaders = {};
  const server = createHttpServer((request, response) => {
    headers = request.headers;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (faults.silent === true) return;
      response.statusCode = faults.status ?? 200;
      if (response.statusCode >= 300 && response.statusCode < 400)
        response.setHeader('Location', 'http://127.0.0.1:9/');
      if (faults.bytes !== undefined) {
        const chunk = Buffer.alloc(65_536, ' ');
        let left = faults.bytes;
        const more = (): void => {
          while (left > 0 && !response.destroyed) {
            left -= chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
        return;
      }
      response.end(response.statusCode === 200 ? client.answer(Buffer.concat(parts).toString()) : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    headers: () => headers,
    notify: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves a client over WebSocket on loopback. */
export async function serveWebSocket(
  client: FakeClient,
  faults: ServerFaults = {},
  port = 0,
): Promise<FakeClientServer> {
  let headers: IncomingHttpHeaders = {};
  const subscribed = new Set<string>();
  const server = new WebSocketServer({
    ...{ host: '127.0.0.1', port },
    verifyClient: (_, done) => {
      done(faults.status === undefined, faults.status);
    },
  });
  server.on('connection', (socket, request) => {
    headers = request.headers;
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      noteSubscriptions(text, subscribed);
      if (faults.silent === true) return;
      if (faults.bytes === undefined) socket.send(client.answer(text));
      else socket.send(' '.repeat(faults.bytes));
    });
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return {
    address: `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    headers: () => headers,
    notify: (kind, result) => {
      if (subscribed.has(kind)) for (const each of server.clients) each.send(noticeText(kind, result));
    },
    close: async () => {
      for (const each of server.clients) each.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves a client over a socket of the file system. */
export async function serveIpc(
  client: FakeClient,
  path: string,
  faults: ServerFaults = {},
): Promise<FakeClientServer> {
  const sockets = new Set<Socket>();
  const subscribed = new Set<string>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const splitter = new JsonSplitter(64 * 1024 * 1024);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      for (const text of splitter.push(new Uint8Array(chunk))) {
        noteSubscriptions(text, subscribed);
        if (faults.silent === true) continue;
        socket.write(
          faults.bytes === undefined ? `${client.answer(text)}\n` : `[${' '.repeat(faults.bytes)}`,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    address: path,
    headers: () => ({}),
    notify: (kind, result) => {
      if (subscribed.has(kind)) for (const each of sockets) each.write(noticeText(kind, result));
    },
    close: async () => {
      for (const each of sockets) each.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function noteSubscriptions(text: string, subscribed: Set<string>): void {
  for (const { method, params } of callsIn(text))
    if (method === 'eth_subscribe') subscribed.add(String(params[0]));
}
