/** WebSocket client. It follows no redirect and compresses nothing. @see https://www.rfc-editor.org/rfc/rfc6455 */
import { WebSocket, type RawData } from 'ws';
import { toNetworkError } from './socket-errors.ts';

/** Takes what a WebSocket receives. Each function is called from the event loop, never within `OpenWebSocket`. */
export interface WebSocketEvents {
  opened(): void;
  /** A text message. */
  received(text: string): void;
  /** The server answered the opening with an HTTP status; `closed` follows. */
  declined(status: number): void;
  /** A message had more than `maxBytes`; `closed` follows. */
  tooLarge(): void;
  /** It has closed, or could not be opened; the last call. @param error a NetworkError, unless it closed orderly */
  closed(error?: Error): void;
}

/** A WebSocket; messages may be sent after `opened`. */
export interface ClientWebSocket {
  send(text: string): void;
  /** Closes it at once. */
  close(): void;
}

/** What a connection needs. */
export interface WebSocketOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Largest message that is received; a larger one closes the connection while it is read, bytes. */
  readonly maxBytes: number;
  /** Time limit of opening, milliseconds. */
  readonly openTimeoutMs: number;
}

/** Opens a connection to `url`, which is ws or wss. */
export type OpenWebSocket = (url: URL, options: WebSocketOptions, events: WebSocketEvents) => ClientWebSocket;

/** The package ws. */
export const systemWebSocket: OpenWebSocket = (url, { headers, maxBytes, openTimeoutMs }, events) => {
  const socket = new WebSocket(url, {
    headers: { ...headers },
    maxPayload: maxBytes,
    handshakeTimeout: openTimeoutMs,
    followRedirects: false,
    perMessageDeflate: false,
  });
  let failure: Error | undefined;
  socket.on('error', (cause: Error & { readonly code?: string }) => {
    if (cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') events.tooLarge();
    failure ??= toNetworkError(`use the WebSocket of ${url.host}`, cause);
  });
  socket.once('unexpected-response', (_, { statusCode = 0 }) => {
    events.declined(statusCode);
    socket.terminate();
  });
  socket.once('open', () => {
    events.opened();
  });
  socket.on('message', (data: RawData, isBinary) => {
    if (isBinary) socket.terminate();
    else events.received((data as Buffer).toString());
  });
  socket.once('close', () => {
    events.closed(failure);
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      socket.terminate();
    },
  };
};
