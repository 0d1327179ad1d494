/** The address of a client's RPC and the headers for it, as a user writes them; and what of them may be shown. */

/** BOUNDED: characters of an address. */
const MAX_ADDRESS_LENGTH = 2_048;
/** BOUNDED: characters of the value of a header. */
const MAX_HEADER_VALUE = 4_096;

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** Headers that frame a request or open a WebSocket: another value would make it a different request. */
const RESERVED =
  /^(host|content-length|content-type|content-encoding|transfer-encoding|te|trailer|connection|keep-alive|expect|upgrade|accept-encoding|sec-websocket-.*|proxy-.*)$/i;

/** Stands for a secret in what is shown. */
export const HIDDEN_TEXT = '********';

/** How a client is reached. */
export type RpcAddress =
  | { readonly kind: 'http' | 'web-socket'; readonly url: URL }
  /** A Unix domain socket, or a named pipe on Windows. */
  | { readonly kind: 'ipc'; readonly path: string };

/** What was read, or why the text is refused: a phrase with nothing of a secret. */
export type ReadText<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

/** An HTTP header. */
export interface RpcHeader {
  readonly name: string;
  readonly value: string;
}

/** Reads a URL of http, https, ws or wss, else the path of an IPC socket. */
export function readRpcAddress(given: string): ReadText<RpcAddress> {
  const text = given.trim();
  if (text === '') return refused('it is empty');
  if (text.length > MAX_ADDRESS_LENGTH)
    return refused(`it has more than ${String(MAX_ADDRESS_LENGTH)} characters`);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return readPath(text);
  const isHttp = scheme === 'http' || scheme === 'https';
  if (!isHttp && scheme !== 'ws' && scheme !== 'wss')
    return refused(`${scheme} is none of http, https, ws and wss`);
  if (!URL.canParse(text)) return refused('it is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return refused('a user name and password are given as the header Authorization, not in the URL');
  if (url.hash !== '') return refused('a part after # has no meaning');
  return { ok: true, value: { kind: isHttp ? 'http' : 'web-socket', url } };
}

function readPath(path: string): ReadText<RpcAddress> {
  // A path of the file system begins with / or . or a drive; a named pipe of this machine with \\.\pipe\. Windows takes two
  // slashes for the name of another machine, and logs in there.
  if (!/^(\/(?![/\\])|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\[.?]\\pipe\\)/i.test(path))
    return refused('a path begins with /, ./ or ../, a URL with http://, https://, ws:// or wss://');
  if (/\p{Cc}/u.test(path)) return refused('a path has no control characters');
  return { ok: true, value: { kind: 'ipc', path } };
}

/** The name of a header line, before the colon, as one short line for a message. */
export function headerNameOf(line: string): string {
  const name = (line.split(':')[0] ?? '').trim();
  return HEADER_NAME.test(name) ? name : JSON.stringify(name.slice(0, 40));
}

/** Reads a header of the form `Name: value`. */
export function readRpcHeader(line: string): ReadText<RpcHeader> {
  const colon = line.indexOf(':');
  const name = (colon < 0 ? line : line.slice(0, colon)).trim();
  const value = colon < 0 ? '' : line.slice(colon + 1).trim();
  if (!HEADER_NAME.test(name)) return refused('a name has letters, digits and hyphens');
  if (colon < 0) return refused('it is not of the form Name: value');
  if (RESERVED.test(name)) return refused('the connection itself sets it');
  if (!HEADER_VALUE.test(value)) return refused('its value has characters other than printable ASCII');
  if (value.length > MAX_HEADER_VALUE)
    return refused(`its value has more than ${String(MAX_HEADER_VALUE)} characters`);
  return { ok: true, value: { name, value } };
}

/** What of an address may be shown: path and query of a URL are left out, because some services put a key there. */
export function shownRpcAddress(text: string): string {
  const address = readRpcAddress(text);
  if (!address.ok) return HIDDEN_TEXT;
  if (address.value.kind === 'ipc') return address.value.path;
  const { protocol, host, pathname, search } = address.value.url;
  return `${protocol}//${host}${pathname === '/' && search === '' ? '' : `/${HIDDEN_TEXT}`}`;
}

/** What of a header may be shown: its name. */
export function shownRpcHeader(line: string): string {
  const header = readRpcHeader(line);
  return header.ok ? `${header.value.name}: ${HIDDEN_TEXT}` : HIDDEN_TEXT;
}

const refused = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });
