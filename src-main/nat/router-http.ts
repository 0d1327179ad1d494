import { concatBytes, utf8ToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { ByteStream, StreamDialer } from '../base/network.ts';
import { networkError } from '../base/socket-errors.ts';
import { decodeText } from '../base/text-encoding.ts';
import { HttpAnswerReader, type HttpAnswer } from './http-answer.ts';

/** Time limit of connecting, milliseconds; the caller's signal limits the whole request. */
const DIAL_LIMIT_MS = 10_000;

/** A request to a device in the local network. */
export interface RouterQuestion {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Limit of the body of the response, bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** A response of any status. The body is decoded by its byte order mark, else as UTF-8. */
export interface RouterAnswer {
  readonly status: number;
  readonly body: string;
}

/** HTTP client for routers: plain HTTP to an IP address, one connection per request, no redirects. */
export interface RouterHttp {
  /**
   * @throws NetworkError as StreamDialer.dial, and `unreachable` for a URL that is not `http:` with an IP address
   * @throws HttpAnswerError when the response cannot be read
   */
  request(url: URL, question: RouterQuestion): Promise<RouterAnswer>;
}

/** Creates a client on `dialer` that reads responses leniently (http-answer.ts). */
export function createRouterHttp(dialer: StreamDialer): RouterHttp {
  return { request: (url, question) => ask(dialer, url, question) };
}

async function ask(dialer: StreamDialer, url: URL, question: RouterQuestion): Promise<RouterAnswer> {
  if (url.protocol !== 'http:') throw networkError('unreachable', `ask ${url.host}`);
  const at = { ip: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 80) };
  const stream = await dialer.dial(at, { timeoutMs: DIAL_LIMIT_MS, signal: question.signal });
  try {
    const answer = answerOn(stream, url, question);
    stream.write(requestBytes(url, question));
    const { status, body } = await answer;
    return { status, body: decodeText(body) };
  } finally {
    stream.destroy();
  }
}

async function answerOn(
  stream: ByteStream,
  url: URL,
  { maxBytes, signal }: RouterQuestion,
): Promise<HttpAnswer> {
  const what = `ask ${url.host}`;
  const reader = new HttpAnswerReader(maxBytes);
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const attempt = (read: () => HttpAnswer | undefined): void => {
        try {
          const answer = read();
          if (answer !== undefined) resolve(answer);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(describeError(error)));
        }
      };
      onAbort = () => {
        reject(networkError('aborted', what));
      };
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort);
      stream.onClose((error) => {
        // Some routers reset the connection after a complete response without Content-Length.
        attempt(() => {
          try {
            return reader.end();
          } catch (cutOff) {
            throw error ?? cutOff;
          }
        });
      });
      stream.onData((chunk) => {
        attempt(() => reader.push(chunk));
      });
    });
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function requestBytes(url: URL, { method, headers, body }: RouterQuestion): Uint8Array {
  const content = utf8ToBytes(body ?? '');
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: Enodeck UPnP/1.1',
    'Connection: close',
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${String(content.length)}`]),
  ];
  return concatBytes(utf8ToBytes(`${lines.join('\r\n')}\r\n\r\n`), content);
}
