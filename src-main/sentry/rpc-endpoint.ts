/** The address of a client's RPC, and what is sent to it with each request. */
import {
  headerNameOf,
  HIDDEN_TEXT,
  readRpcAddress,
  readRpcHeader,
  type RpcAddress,
} from '../../shared/rpc-address-text.ts';
import type { Clock } from '../base/runtime.ts';
import { RpcError } from './errors.ts';
import { bearerToken } from './jwt.ts';

/** BOUNDED: additional headers. */
const MAX_HEADERS = 16;

/** A client's RPC. */
export interface RpcEndpoint {
  readonly address: RpcAddress;
  /** For people and logs: the path and query of a URL are left out, because some services put a key there. */
  readonly label: string;
  /** Whether the headers have a token of a JWT secret. */
  readonly usesJwt: boolean;
  /** The HTTP headers of a request or of the opening of a WebSocket, with a fresh token; none for IPC. */
  headers(): Readonly<Record<string, string>>;
  /** A text of the client without what it was sent to know us by. Clients and proxies quote it in errors. */
  readonly conceal: (text: string) => string;
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
  const address = parseAddress(text);
  const extra = parseHeaders(credentials.headers ?? []);
  const { jwtSecret } = credentials;
  if (address.kind === 'ipc') {
    if (jwtSecret !== undefined || Object.keys(extra).length > 0)
      throw invalid('an IPC socket takes neither a JWT secret nor headers');
    return { address, label: address.path, usesJwt: false, headers: () => ({}), conceal: (text) => text };
  }
  if (jwtSecret !== undefined && Object.hasOwn(extra, 'authorization'))
    throw badHeader('Authorization', 'it would replace the token of the JWT secret');
  const label = `${address.url.protocol}//${address.url.host}`;
  const headers = (): Readonly<Record<string, string>> =>
    jwtSecret === undefined ? extra : { ...extra, authorization: bearerToken(jwtSecret, clock.now()) };
  const usesJwt = jwtSecret !== undefined;
  return { address, label, usesJwt, headers, conceal: concealer(address.url, Object.values(extra)) };
}

/**
 * The shortest texts that count as secrets, characters: of a header, and of an address, whose parts are often words that an
 * error has too.
 */
const MIN_VALUE = 4;
const MIN_PART = 8;
/** A token of JWT (RFC 7519 §3): it begins with the base64 of `{"`. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Replaces parts of path and query of the address, the values of headers also without a scheme such as Bearer, and tokens. */
function concealer({ pathname, search }: URL, headers: readonly string[]): (text: string) => string {
  const parts = [pathname.slice(1), search.slice(1), ...`${pathname}${search}`.split(/[/?&=]/)];
  const values = headers.flatMap((value) => [value, value.replace(/^\S+ +/, '')]);
  const secrets = [
    ...[...parts, ...parts.map(decoded)].filter((part) => part.length >= MIN_PART),
    ...values.filter((value) => value.length >= MIN_VALUE),
  ].sort((a, b) => b.length - a.length);
  return (text) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN_TEXT), text.replace(TOKEN, HIDDEN_TEXT));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseAddress(text: string): RpcAddress {
  const read = readRpcAddress(text);
  if (!read.ok) throw invalid(read.reason);
  return read.value;
}

function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const excess = lines.at(MAX_HEADERS);
  if (excess !== undefined) throw badHeader(headerNameOf(excess), `more than ${String(MAX_HEADERS)} headers`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const read = readRpcHeader(line);
    if (!read.ok) throw badHeader(headerNameOf(line), read.reason);
    const { name, value } = read.value;
    if (headers.has(name.toLowerCase())) throw badHeader(name, 'it is given twice');
    headers.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}

function invalid(detail: string): RpcError {
  return new RpcError('bad-rpc-endpoint', { detail });
}

function badHeader(name: string, detail: string): RpcError {
  return new RpcError('bad-rpc-header', { name, detail });
}
