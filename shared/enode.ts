/**
 * Enode URLs: enode://<128 hex digits of the public key>@<host>:<tcp port>[?discport=<udp port>], or the key alone.
 * Runs in browser and Node; forms check text as it is typed with what the node itself uses.
 * @see https://ethereum.org/en/developers/docs/networking-layer/network-addresses/#enode
 */
import { formatHex, parseHex } from './hex.ts';
import { formatIp, parseIp } from './ip-text.ts';
import { strayPartOf } from './node-texts.ts';

/** What an enode URL says. */
export interface EnodeParts {
  /** 64 bytes: the secp256k1 point, x and y. */
  readonly publicKey: Uint8Array;
  /** Canonical address; undefined when the URL has a DNS name or the key alone. */
  readonly ip: string | undefined;
  /** DNS name as it was written; undefined when the URL has an address or the key alone. */
  readonly hostname: string | undefined;
  /** 0 when the URL has none. */
  readonly tcp: number;
  /** As `tcp` unless the URL has a discport; 0 when the URL has none. */
  readonly udp: number;
}

/** Where a node's text has its fault. */
export type NodeTextField = 'prefix' | 'public-key' | 'host' | 'port' | 'discport' | 'record';

/** A node's text that is refused: the part at fault, a stable code and words for people. */
export interface NodeTextRefusal<Reason extends string = string> {
  readonly ok: false;
  readonly field: NodeTextField;
  readonly reason: Reason;
  readonly message: string;
}

/** The outcome of reading an enode URL. */
export type EnodeResult = { readonly ok: true; readonly enode: EnodeParts } | NodeTextRefusal;

/** A refusal, for this file and enr-text.ts. */
export function refuseNodeText<Reason extends string>(
  field: NodeTextField,
  reason: Reason,
  message: string,
): NodeTextRefusal<Reason> {
  return { ok: false, field, reason, message };
}

/** BOUNDED: key, longest DNS name, ports and room for parameters that are ignored; longer text is not even looked at. */
const MAX_ENODE_TEXT = 1024;

const PREFIX = 'enode://';
const KEY_DIGITS = 128;

/**
 * Reads an enode URL as go-ethereum does (p2p/enode/urlv4.go), but refuses what it would keep as a DNS name that no
 * resolver knows: zone ids, IPv4 with leading zeros, an empty host.
 */
export function parseEnode(text: string): EnodeResult {
  const result = readEnode(text);
  return result.ok ? result : { ...result, message: strayPartOf(text) ?? result.message };
}

function readEnode(text: string): EnodeResult {
  if (text.length > MAX_ENODE_TEXT) {
    return refuseNodeText(
      'prefix',
      'too-long',
      `Longer than any enode URL (${String(MAX_ENODE_TEXT)} characters)`,
    );
  }
  if (text.slice(0, PREFIX.length).toLowerCase() !== PREFIX) {
    return refuseNodeText('prefix', 'missing-prefix', 'An enode URL begins with enode://');
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
    return refuseNodeText('public-key', 'missing-public-key', 'The node’s public key must stand before @');
  }
  if (!/^[0-9a-fA-F]*$/.test(digits)) {
    return refuseNodeText(
      'public-key',
      'bad-public-key',
      'The public key has a character that is no hex digit',
    );
  }
  const key = digits.length === KEY_DIGITS ? parseHex(digits) : undefined;
  if (key === undefined) {
    const count = `The public key has ${String(digits.length)} hex digits instead of ${String(KEY_DIGITS)}`;
    return refuseNodeText('public-key', 'bad-public-key', count);
  }
  return isOnCurve(key)
    ? key
    : refuseNodeText(
        'public-key',
        'bad-public-key',
        'The public key is no point of secp256k1: a digit is wrong',
      );
}

/** The prime of the field that secp256k1 lies over (SEC 2, section 2.4.1). */
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
    return refuseNodeText('port', 'bad-port', 'The TCP port must be a number up to 65535');
  const discport = readDiscport(tail);
  if (discport === undefined || discport === '')
    return { ok: true, enode: { publicKey, ...place, tcp, udp: tcp } };
  const udp = parsePort(discport);
  return udp === undefined
    ? refuseNodeText('discport', 'bad-discport', 'The discovery port (discport) must be a number up to 65535')
    : { ok: true, enode: { publicKey, ...place, tcp, udp } };
}

function splitPort(hostAndPort: string): { host: string; port: string } {
  const colon = hostAndPort.lastIndexOf(':');
  // The colons within [2001:db8::1] separate no port.
  if (colon < 0 || colon < hostAndPort.lastIndexOf(']')) return { host: hostAndPort, port: '' };
  return { host: hostAndPort.slice(0, colon), port: hostAndPort.slice(colon + 1) };
}

function parseHost(host: string): { ip: string | undefined; hostname: string | undefined } | NodeTextRefusal {
  const bracketed = host.startsWith('[') && host.endsWith(']');
  if (host === '') return refuseNodeText('host', 'missing-host', 'An address or a name must stand after @');
  if (host.includes('%')) {
    return refuseNodeText('host', 'zone-id', 'A zone (%…) names an interface of one machine: leave it out');
  }
  if (bracketed || host.includes(':')) {
    const bytes = bracketed && host.includes(':') ? parseIp(host.slice(1, -1)) : undefined;
    if (bytes !== undefined) return { ip: formatIp(bytes), hostname: undefined };
    return refuseNodeText(
      'host',
      'bad-host',
      'An IPv6 address stands in brackets, as in [2001:db8::1]:30303',
    );
  }
  const bytes = parseIp(host);
  if (bytes !== undefined) return { ip: formatIp(bytes), hostname: undefined };
  return isDnsName(host)
    ? { ip: undefined, hostname: host }
    : refuseNodeText('host', 'bad-host', 'Neither an IP address nor a DNS name');
}

/**
 * Whether `name` can be looked up: labels of letters, digits, hyphens and underscores, the last not all digits (that
 * would be a mistyped IPv4 address), a closing dot allowed.
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

/** The first discport of the URL's query; other parameters, a path and a fragment are ignored. */
function readDiscport(tail: string): string | undefined {
  const query = /^[^?#]*\?([^#]*)/.exec(tail)?.[1];
  const parameter = query?.split('&').find((part) => part.startsWith('discport='));
  return parameter?.slice('discport='.length);
}

/** The URL of `parts`, in the form that go-ethereum prints: the key alone where there is no host. */
export function formatEnode(parts: EnodeParts): string {
  const key = `${PREFIX}${formatHex(parts.publicKey)}`;
  const host = parts.hostname ?? (parts.ip?.includes(':') === true ? `[${parts.ip}]` : parts.ip);
  if (host === undefined) return key;
  const query = parts.udp === parts.tcp ? '' : `?discport=${String(parts.udp)}`;
  return `${key}@${host}:${String(parts.tcp)}${query}`;
}
