/** Unix domain sockets of this machine; named pipes on Windows. */
import { connect } from 'node:net';
import { toNetworkError } from './socket-errors.ts';

/** Takes what a local socket receives. Each function is called from the event loop, never within `openLocalSocket`. */
export interface LocalSocketEvents {
  received(bytes: Uint8Array): void;
  /** The socket has closed, or could not be opened; the last call. @param error a NetworkError, unless it closed orderly */
  closed(error?: Error): void;
}

/** An open socket, or one that is being opened: what is sent meanwhile waits. */
export interface LocalSocket {
  send(bytes: Uint8Array): void;
  /** Closes it at once. */
  close(): void;
}

/** Opens a socket. @param path a path of the file system, or a name of the abstract namespace after a NUL character */
export type OpenLocalSocket = (path: string, events: LocalSocketEvents) => LocalSocket;

/** The sockets of the operating system. */
export const systemLocalSocket: OpenLocalSocket = (path, events) => {
  const socket = connect({ path });
  socket.on('data', (bytes) => {
    events.received(new Uint8Array(bytes));
  });
  // `close` follows an error.
  let failure: Error | undefined;
  socket.on('error', (cause) => {
    failure ??= toNetworkError(`use the socket ${path}`, cause);
  });
  socket.once('close', () => {
    events.closed(failure);
  });
  return {
    send: (bytes) => {
      socket.write(bytes);
    },
    close: () => {
      socket.destroy();
    },
  };
};
