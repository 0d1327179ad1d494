/** The address of a client's RPC, and what is sent to it with each request. */
import type { Clock } from '../base/runtime.ts';
import { RpcError } from './errors.ts';
import { bearerToken } from './jwt.ts';

/** BOUNDED: characters of an address. */
const MAX_ENDPOINT_LENGTH = 2_048;
/** BOUNDED: additional headers, and characters of the value of one. */
const MAX_HEADERS = 16;
const MAX_HEADER_VALUE = 4_096;

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** Headers that frame a request or open a WebSocket: another value would make it a different request. */
const RESERVED =
  /^(host|content-length|content-type|content-encoding|transfer-encoding|te|trailer|connection|keep-alive|expect|upgrade|accept-encoding|sec-websocket-.*|proxy-.*)$/i;

/** How a client is reached. */
export type RpcAddress =
  | { readonly kind: 'http' | 'web-socket'; readonly url: URL }
  /** A Unix domain socket, or a named pipe on Windows. */
  | { readonly kind: 'ipc'; readonly path: string };

/** A client's RPC. */
export interface RpcEndpoint {
  readonly address: RpcAddress;
  /** For people and logs: the path and query of a URL are left out, because some services put a key there. */
  readonly label: string;
  /** The HTTP headers of a request or of the opening of a WebSocket, with a fresh token; none for IPC. */
  headers(): Readonly<Record<string, string>>;
}

/** What is given besides the address. */
export interface RpcCredentials {
  /** 32 bytes. */
  readonly jwtSecret?: Uint8Array | undefined;
  /** Each as `Name: value`. */
  readonly headers?: readonly string[];
}

/**
 * The RPC at `text`: a URL of http, https, ws or wss, else the path of an IPC socket.
 * @throws RpcError `bad-rpc-endpoint`, `bad-rpc-header`
 */
export function parseRpcEndpoint(text: string, credentials: RpcCredentials, clock: Clock): RpcEndpoint {
  const address = parseAddress(text.trim());
  const extra = parseHeaders(credentials.headers ?? []);
  const { jwtSecret } = credentials;
  if (address.kind === 'ipc') {
    if (jwtSecret !== undefined || Object.keys(extra).length > 0)
      throw invalid('an IPC socket takes neither a JWT secret nor headers');
    return { address, label: address.path, headers: () => ({}) };
  }
  if (jwtSecret !== undefined && Object.hasOwn(extra, 'authorization'))
    throw badHeader('Authorization', 'it would replace the token of the JWT secret');
  const label = `${address.url.protocol}//${address.url.host}`;
  const headers = (): Readonly<Record<string, string>> =>
    jwtSecret === undefined ? extra : { ...extra, authorization: bearerToken(jwtSecret, clock.now()) };
  return { address, label, headers };
}

function parseAddress(text: string): RpcAddress {
  if (text === '') throw invalid('it is empty');
  if (text.length > MAX_ENDPOINT_LENGTH)
    throw invalid(`it has more than ${String(MAX_ENDPOINT_LENGTH)} characters`);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return parsePath(text);
  const isHttp = scheme === 'http' || scheme === 'https';
  if (!isHttp && scheme !== 'ws' && scheme !== 'wss')
    throw invalid(`${scheme} is none of http, https, ws and wss`);
  if (!URL.canParse(text)) throw invalid('it is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw invalid('a user name and password are given as the header Authorization, not in the URL');
  if (url.hash !== '') throw invalid('a part after # has no meaning');
  return { kind: isHttp ? 'http' : 'web-socket', url };
}

function parsePath(path: string): RpcAddress {
  // A path of the file system begins with / or . or a drive; a named pipe with \\.
  if (!/^(\/|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\)/.test(path))
    throw invalid('a path begins with /, ./ or ../, a URL with http://, https://, ws:// or wss://');
  if (/\p{Cc}/u.test(path)) throw invalid('a path has no control characters');
  return { kind: 'ipc', path };
}

function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  if (lines.length > MAX_HEADERS) {
    const last = lines.at(MAX_HEADERS)?.split(':')[0] ?? '';
    throw badHeader(printable(last), `more than ${String(MAX_HEADERS)} headers`);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = (colon < 0 ? line : line.slice(0, colon)).trim();
    const value = colon < 0 ? '' : line.slice(colon + 1).trim();
    if (!HEADER_NAME.test(name)) throw badHeader(printable(name), 'a name has letters, digits and hyphens');
    if (colon < 0) throw badHeader(name, 'it is not of the form Name: value');
    if (RESERVED.test(name)) throw badHeader(name, 'the connection itself sets it');
    if (!HEADER_VALUE.test(value))
      throw badHeader(name, 'its value has characters other than printable ASCII');
    if (value.length > MAX_HEADER_VALUE)
      throw badHeader(name, `its value has more than ${String(MAX_HEADER_VALUE)} characters`);
    if (headers.has(name.toLowerCase())) throw badHeader(name, 'it is given twice');
    headers.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}

/** A name from the command line as one short line. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}

function invalid(detail: string): RpcError {
  return new RpcError('bad-rpc-endpoint', { detail });
}

function badHeader(name: string, detail: string): RpcError {
  return new RpcError('bad-rpc-header', { name, detail });
}
