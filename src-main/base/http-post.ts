/** HTTP client for one fixed server: POST requests on connections that stay open. It follows no redirect. */
import * as http from 'node:http';
import * as https from 'node:https';
import { EnodeckError } from './errors.ts';
import { toNetworkError } from './socket-errors.ts';

/** BOUNDED: connections to the server. */
const MAX_CONNECTIONS = 16;

/** A request. */
export interface HttpPostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Limit of the response's body, bytes; it is counted while the body is read. */
  readonly maxBytes: number;
  /** Ends the request with its reason. */
  readonly signal: AbortSignal;
}

/** A response of any status, redirects included. */
export interface HttpPostAnswer {
  readonly status: number;
  /** Cut off where it has more than `maxBytes`. */
  readonly body: Uint8Array;
  /** Whether the server sent more than `maxBytes`: the connection was closed. */
  readonly tooLarge: boolean;
}

/** A client of one server. */
export interface HttpPoster {
  /** @throws NetworkError, or the reason of the signal where that is one of the node's own errors */
  post(request: HttpPostRequest): Promise<HttpPostAnswer>;
  /** Closes all connections. */
  close(): void;
}

/** Opens a client of the server at `url`, which is http or https. No connection is made before the first request. */
export type OpenHttpPoster = (url: URL) => HttpPoster;

/** The HTTP client of Node. */
export const systemHttpPoster: OpenHttpPoster = (url) => {
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS, maxFreeSockets: MAX_CONNECTIONS };
  const isSecure = url.protocol === 'https:';
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  const start: Start = (request) => (isSecure ? https.request(url, request) : http.request(url, request));
  return {
    post: (request) => post(start, url, agent, request),
    close: () => {
      agent.destroy();
    },
  };
};

type Start = (options: http.RequestOptions) => http.ClientRequest;

async function post(
  start: Start,
  url: URL,
  agent: http.Agent,
  { headers, body, maxBytes, signal }: HttpPostRequest,
): Promise<HttpPostAnswer> {
  try {
    return await new Promise<HttpPostAnswer>((resolve, reject) => {
      const length = { 'Content-Length': String(body.length) };
      const request = start({ method: 'POST', agent, signal, headers: { ...headers, ...length } });
      request.once('error', reject);
      request.once('response', (response) => {
        readBody(response, maxBytes).then(resolve, reject);
      });
      request.end(body);
    });
  } catch (cause) {
    if (signal.aborted && signal.reason instanceof EnodeckError) throw signal.reason as EnodeckError;
    throw toNetworkError(`ask ${url.host}`, cause);
  }
}

function readBody(response: http.IncomingMessage, maxBytes: number): Promise<HttpPostAnswer> {
  const status = response.statusCode ?? 0;
  const chunks: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const finish = (tooLarge: boolean): void => {
      const body = new Uint8Array(Math.min(length, maxBytes));
      let at = 0;
      for (const chunk of chunks) {
        body.set(chunk, at);
        at += chunk.length;
      }
      resolve({ status, body, tooLarge });
    };
    response.on('data', (chunk: Uint8Array) => {
      const room = maxBytes - length;
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      length += Math.min(chunk.length, room);
      if (chunk.length <= room) return;
      finish(true);
      response.destroy();
    });
    response.once('end', () => {
      finish(false);
    });
    response.once('error', reject);
    // `aborted` responses end without `end`; after a settled promise this does nothing.
    response.once('close', () => {
      reject(toNetworkError('read the answer', Object.assign(new Error('cut off'), { code: 'ECONNRESET' })));
    });
  });
}
