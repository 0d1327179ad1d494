/** Error codes and messages for socket errors of the operating system. */
import { describeError, NetworkError, type NetworkErrorCode } from './errors.ts';

const CODES: Readonly<Record<string, NetworkErrorCode>> = {
  EADDRINUSE: 'address-in-use',
  EADDRNOTAVAIL: 'address-not-available',
  EAFNOSUPPORT: 'address-not-available',
  EINVAL: 'address-not-available',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
};

const WORDS: Readonly<Record<NetworkErrorCode, string>> = {
  'address-in-use': 'the address is in use by another program',
  'address-not-available': 'this machine has no such address',
  'permission-denied': 'the system does not permit it',
  'connection-refused': 'connection refused',
  'connection-reset': 'connection reset by the other side',
  'timed-out': 'timed out',
  unreachable: 'no route to the address',
  aborted: 'it was cancelled',
  closed: 'the socket is closed',
  unknown: 'the system refused the operation',
};

/** The NetworkError for an error of a socket; `what` is the operation and its address ("listen on TCP 127.0.0.1:30303"). */
export function toNetworkError(what: string, cause: unknown): NetworkError {
  if (cause instanceof NetworkError) return cause;
  const systemCode =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const code = (systemCode === undefined ? undefined : CODES[systemCode]) ?? 'unknown';
  const words = code === 'unknown' ? describeError(cause) : WORDS[code];
  return new NetworkError(code, `Cannot ${what}: ${words}`, { cause });
}

/** A NetworkError that has no error of the system as its cause; `what` as for `toNetworkError`. */
export function networkError(code: NetworkErrorCode, what: string): NetworkError {
  return new NetworkError(code, `Cannot ${what}: ${WORDS[code]}`);
}
