/** Small HTTP questions to devices of the local network, with every bound that such a device may break. */
import { request, type IncomingMessage } from 'node:http';
import { concatBytes } from './bytes.ts';
import { networkError, toNetworkError } from './socket-errors.ts';

/** A question. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes of the answer after which it is given up. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** Asks over plain HTTP; follows no redirect. */
export interface HttpClient {
  /** @throws NetworkError as StreamDialer.dial, `closed` for an answer that is too long */
  request(url: URL, request: HttpRequest): Promise<HttpResponse>;
}

/** The machine's HTTP. */
export const systemHttpClient: HttpClient = {
  request: (url, asked) => ask(url, asked),
};

function ask(url: URL, { method, headers, body, maxBytes, signal }: HttpRequest): Promise<HttpResponse> {
  const what = `ask ${url.host}`;
  return new Promise((resolve, reject) => {
    if (url.protocol !== 'http:') {
      reject(networkError('unreachable', what));
      return;
    }
    const fail = (error: unknown): void => {
      reject(signal.aborted ? networkError('aborted', what) : toNetworkError(what, error));
    };
    // Devices of this kind bend the rules of HTTP now and then; a connection each spares us their keep-alive.
    const outgoing = request(url, {
      method,
      headers: { ...headers, connection: 'close' },
      agent: false,
      signal,
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      read(response, maxBytes).then(resolve, (error: unknown) => {
        outgoing.destroy();
        fail(error);
      });
    });
    outgoing.end(body);
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw networkError('closed', 'read an answer that is too long');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: new TextDecoder().decode(concatBytes(...chunks)) };
}
