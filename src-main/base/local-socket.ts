/** Unix domain sockets of this machine; named pipes on Windows. */
import { connect } from 'node:net';
import { NetworkError } from './errors.ts';
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
    failure ??= socketError(path, cause);
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

/** The words of the system about a path that no program listens on. */
const NOBODY: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ECONNREFUSED: 'no program listens on it, or it is no socket',
};

function socketError(path: string, cause: Error & { readonly code?: string }): NetworkError {
  const what = `use the socket ${path}`;
  const nobody = NOBODY[cause.code ?? ''];
  return nobody === undefined
    ? toNetworkError(what, cause)
    : new NetworkError('connection-refused', `Cannot ${what}: ${nobody}`, { cause });
}
