/** Unix domain sockets that accept connections; named pipes on Windows. */
import { lstat, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { utf8ToBytes } from './bytes.ts';
import { NetworkError, type NetworkErrorCode } from './errors.ts';
import { toNetworkError } from './socket-errors.ts';

/**
 * Longest path of a socket, bytes: `sun_path` without the NUL character at its end
 * (https://man7.org/linux/man-pages/man7/unix.7.html; 104 bytes in sys/un.h of macOS).
 */
const MAX_PATH_BYTES: Partial<Record<NodeJS.Platform, number>> = { linux: 107, darwin: 103 };
/** Mode 0600: only the owner may connect. */
const UMASK = 0o177;
const IS_WINDOWS = process.platform === 'win32';

/** A socket that accepts connections. */
export interface LocalListener {
  /** Stops accepting connections and removes the socket; the accepted ones are of their owner, who closes them first. */
  close(): Promise<void>;
}

/**
 * Accepts connections at `path`, for the owner of this process alone. Replaces a socket that no program listens on.
 * @param most BOUNDED: concurrent connections; further ones are closed at once
 * @throws NetworkError `address-in-use`, `address-not-available`, `permission-denied`; the message names the path
 */
export async function listenLocal(
  path: string,
  most: number,
  onSocket: (socket: Socket) => void,
): Promise<LocalListener> {
  if (!IS_WINDOWS) await makeRoom(path);
  const server = createServer(onSocket);
  server.maxConnections = most;
  try {
    await bind(server, path);
  } catch (cause) {
    throw toNetworkError(listenAt(path), cause);
  }
  // Accepting a connection may fail later (out of file descriptors); the listener stays open.
  server.on('error', () => undefined);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/**
 * Checks that a socket can be at `path`: its length, its folder, and that nothing else has this name.
 * @returns whether a socket is there
 * @throws NetworkError as `listenLocal`
 */
export async function checkLocalPath(path: string): Promise<boolean> {
  const limit = MAX_PATH_BYTES[process.platform];
  if (limit !== undefined && utf8ToBytes(path).length > limit) {
    throw refusal(path, 'address-not-available', `its path has more than ${String(limit)} bytes`);
  }
  try {
    if (!(await lstat(path)).isSocket()) {
      throw refusal(path, 'address-in-use', 'something that is no socket has this name');
    }
    return true;
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw toNetworkError(listenAt(path), cause);
    await assertFolder(path);
    return false;
  }
}

async function makeRoom(path: string): Promise<void> {
  if (!(await checkLocalPath(path))) return;
  try {
    if (await isServed(path)) throw refusal(path, 'address-in-use', 'another program listens on it');
    await unlink(path);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw toNetworkError(listenAt(path), cause);
  }
}

/** The system reports a missing folder as a missing permission. */
async function assertFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw refusal(path, 'address-not-available', `there is no folder ${folder}`);
}

/** Whether a program listens on a socket. @throws the system's error when this process may not connect */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (cause) => {
      const code = codeOf(cause);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      else if (code === 'EACCES' || code === 'EPERM') reject(cause);
      // Such as EAGAIN: too many connections wait to be accepted.
      else resolve(true);
    });
  });
}

/** The mode comes from the mask, so that nobody can connect before it is set. `listen` binds before it returns. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(UMASK);
    try {
      server.listen({ path }, () => {
        server.removeListener('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

const listenAt = (path: string): string => `listen on the socket ${path}`;

const refusal = (path: string, code: NetworkErrorCode, reason: string): NetworkError =>
  new NetworkError(code, `Cannot ${listenAt(path)}: ${reason}`);

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
