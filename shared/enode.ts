/*
 * Enode URLs: enode://<128 hex digits of the public key>@<host>:<tcp port>[?discport=<udp port>], or without host and
 * ports. For browser and Node: the forms of the window check text with the same code as the node.
 * @see https://ethereum.org/en/developers/docs/networking-layer/network-addresses/#enode
 */
import { formatHex, parseHex } from './hex.ts';
import { formatIp, parseIp } from './ip-text.ts';
import { strayPartOf } from './node-texts.ts';

/** The parts of an enode URL. */
export interface EnodeParts {
  /** 64 bytes: the secp256k1 point, x and y. */
  readonly publicKey: Uint8Array;
  /** Canonical text; undefined when the URL has a DNS name or no host. */
  readonly ip: string | undefined;
  /** DNS name as written; undefined when the URL has an address or no host. */
  readonly hostname: string | undefined;
  /** 0 when the URL has none. */
  readonly tcp: number;
  /** The discport of the URL, else the same as `tcp`. */
  readonly udp: number;
}

/** The part of a node's text that is wrong. */
export type NodeTextField = 'prefix' | 'public-key' | 'host' | 'port' | 'discport' | 'record';

/** Why a node's text is refused: the wrong part, a stable code and a phrase for the user. */
export interface NodeTextRefusal<Reason extends string = string> {
  readonly ok: false;
  readonly field: NodeTextField;
  readonly reason: Reason;
  readonly message: string;
}

/** The outcome of reading an enode URL. */
export type EnodeResult = { readonly ok: true; readonly enode: EnodeParts } | NodeTextRefusal;

/** Makes a refusal; used here and in enr-text.ts. */
export function refuseNodeText<Reason extends string>(
  field: NodeTextField,
  reason: Reason,
  message: string,
): NodeTextRefusal<Reason> {
  return { ok: false, field, reason, message };
}

/**
 * BOUNDED: characters of the text of a node; longer text is not parsed. An enode URL has a key, at most the longest DNS name,
 * ports, and parameters that are ignored; a record of 300 bytes is shorter.
 */
export const MAX_NODE_TEXT = 1_024;

const PREFIX = 'enode://';
const KEY_DIGITS = 128;

/**
 * Reads an enode URL as go-ethereum does (p2p/enode/urlv4.go). It also refuses hosts that go-ethereum would take as DNS
 * names: zone IDs, IPv4 addresses with leading zeros, an empty host.
 */
export function parseEnode(text: string): EnodeResult {
  const result = readEnode(text);
  return result.ok ? result : { ...result, message: strayPartOf(text) ?? result.message };
}

function readEnode(text: string): EnodeResult {
  if (text.length > MAX_NODE_TEXT) {
    return refuseNodeText(
      'prefix',
      'too-long',
      `An enode URL has at most ${String(MAX_NODE_TEXT)} characters`,
    );
  }
  if (text.slice(0, PREFIX.length).toLowerCase() !== PREFIX) {
    return refuseNodeText('prefix', 'missing-prefix', 'An enode URL starts with enode://');
  }
  const rest = text.slice(PREFIX.length);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  const at = authority.lastIndexOf('@');
  const key = parseKey(at < 0 ? authority : authority.slice(0, at));
  if (!(key instanceof Uint8Array)) return key;
  if (at < 0) {
    return authorityEnd < 0
      ? { ok: true, enode: { publicKey: key, ip: undefined, hostname: undefined, tcp: 0, udp: 0 } }
      : refuseNodeText('host', 'missing-host', 'The key is not followed by @ and an address');
  }
  return parseEndpoint(key, authority.slice(at + 1), rest.slice(authority.length));
}

function parseKey(digits: string): Uint8Array | NodeTextRefusal {
  if (digits === '' || /[.:[\]]/.test(digits)) {
    return refuseNodeText('public-key', 'missing-public-key', 'The public key before @ is missing');
  }
  if (!/^[0-9a-fA-F]*$/.test(digits)) {
    return refuseNodeText(
      'public-key',
      'bad-public-key',
      'The public key has a character that is not a hex digit',
    );
  }
  const key = digits.length === KEY_DIGITS ? parseHex(digits) : undefined;
  if (key === undefined) {
    const count = `The public key has ${String(digits.length)} hex digits instead of ${String(KEY_DIGITS)}`;
    return refuseNodeText('public-key', 'bad-public-key', count);
  }
  return isOnCurve(key)
    ? key
    : refuseNodeText('public-key', 'bad-public-key', 'The public key is not a point on secp256k1');
}

/** The field prime of secp256k1. @see https://www.secg.org/sec2-v2.pdf section 2.4.1 */
const FIELD_PRIME = 2n ** 256n - 2n ** 32n - 977n;

/** Whether x and y solve y² = x³ + 7. */
function isOnCurve(key: Uint8Array): boolean {
  const x = BigInt(`0x${formatHex(key.subarray(0, 32))}`);
  const y = BigInt(`0x${formatHex(key.subarray(32))}`);
  return x < FIELD_PRIME && y < FIELD_PRIME && (y * y - x * x * x - 7n) % FIELD_PRIME === 0n;
}

function parseEndpoint(publicKey: Uint8Array, hostAndPort: string, tail: string): EnodeResult {
  const { host, port } = splitPort(hostAndPort);
  const place = parseHost(host);
  if ('ok' in place) return place;
  const tcp = parsePort(port);
  if (tcp === undefined)
    return refuseNodeText('port', 'bad-port', 'The TCP port must be a number from 0 to 65535');
  const discport = readDiscport(tail);
  if (discport === undefined || discport === '')
    return { ok: true, enode: { publicKey, ...place, tcp, udp: tcp } };
  const udp = parsePort(discport);
  return udp === undefined
    ? refuseNodeText(
        'discport',
        'bad-discport',
        'The discovery port (discport) must be a number from 0 to 65535',
      )
    : { ok: true, enode: { publicKey, ...place, tcp, udp } };
}

function splitPort(hostAndPort: string): { host: string; port: string } {
  const colon = hostAndPort.lastIndexOf(':');
  // A colon within [2001:db8::1] does not separate a port.
  if (colon < 0 || colon < hostAndPort.lastIndexOf(']')) return { host: hostAndPort, port: '' };
  return { host: hostAndPort.slice(0, colon), port: hostAndPort.slice(colon + 1) };
}

function parseHost(host: string): { ip: string | undefined; hostname: string | undefined } | NodeTextRefusal {
  const bracketed = host.startsWith('[') && host.endsWith(']');
  if (host === '')
    return refuseNodeText('host', 'missing-host', 'The IP address or DNS name after @ is missing');
  if (host.includes('%')) {
    return refuseNodeText('host', 'zone-id', 'An IP address must have no zone ID (%…)');
  }
  if (bracketed || host.includes(':')) {
    const bytes = bracketed && host.includes(':') ? parseIp(host.slice(1, -1)) : undefined;
    if (bytes !== undefined) return { ip: formatIp(bytes), hostname: undefined };
    return refuseNodeText(
      'host',
      'bad-host',
      'An IPv6 address must be in brackets, for example [2001:db8::1]:30303',
    );
  }
  const bytes = parseIp(host);
  if (bytes !== undefined) return { ip: formatIp(bytes), hostname: undefined };
  return isDnsName(host)
    ? { ip: undefined, hostname: host }
    : refuseNodeText('host', 'bad-host', 'The host is neither an IP address nor a DNS name');
}

/**
 * Whether `name` is a DNS name: labels of letters, digits, hyphens and underscores. The last label must not be all
 * digits, which would be a mistyped IPv4 address; a final dot is allowed.
 * @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
 */
export function isDnsName(name: string): boolean {
  const relative = name.endsWith('.') ? name.slice(0, -1) : name;
  if (relative.length === 0 || relative.length > 253) return false;
  const labels = relative.split('.');
  const wellFormed = labels.every((label) => /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?$/.test(label));
  return wellFormed && !/^[0-9]+$/.test(labels.at(-1) ?? '');
}

function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,20}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 0xffff ? port : undefined;
}

/** The first discport of the query; other parameters, a path and a fragment are ignored. */
function readDiscport(tail: string): string | undefined {
  const query = /^[^?#]*\?([^#]*)/.exec(tail)?.[1];
  const parameter = query?.split('&').find((part) => part.startsWith('discport='));
  return parameter?.slice('discport='.length);
}

/** The URL of `parts` in go-ethereum's form: without host and ports when there is no host. */
export function formatEnode(parts: EnodeParts): string {
  const key = `${PREFIX}${formatHex(parts.publicKey)}`;
  const host = parts.hostname ?? (parts.ip?.includes(':') === true ? `[${parts.ip}]` : parts.ip);
  if (host === undefined) return key;
  const query = parts.udp === parts.tcp ? '' : `?discport=${String(parts.udp)}`;
  return `${key}@${host}:${String(parts.tcp)}${query}`;
}
