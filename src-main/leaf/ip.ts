/**
 * What an IP address is: its family, its network, and whether it may be relayed. Every function takes canonical text
 * (leaf/network.ts SocketAddress); `canonicalIp` makes it.
 */
import { canonicalIpText, formatIp, parseIp } from '../../shared/ip-text.ts';
import { CodecError } from './errors.ts';
import type { AddressFamily, SocketAddress } from './network.ts';

/** Text that is no IP address or network. */
export class IpError extends CodecError<'invalid-ip' | 'invalid-network'> {}

/** Canonical text of an address (IPv4-mapped becomes IPv4), or undefined when `text` is none or has a zone id. */
export function canonicalIp(text: string): string | undefined {
  return canonicalIpText(text);
}

/**
 * 4 or 16 bytes of an address.
 * @throws IpError `invalid-ip`
 */
export function ipToBytes(ip: string): Uint8Array {
  const bytes = parseIp(ip);
  if (bytes === undefined) throw new IpError('invalid-ip', 'Not an IP address');
  return bytes;
}

/** Canonical text of 4 or 16 bytes, undefined for any other number of them. */
export function bytesToIp(bytes: Uint8Array): string | undefined {
  return formatIp(bytes);
}

/** The family of a canonical address. */
export function ipFamily(ip: string): AddressFamily {
  return ip.includes(':') ? 'ipv6' : 'ipv4';
}

/** "1.2.3.4:30303" or "[2001:db8::1]:30303". */
export function formatSocketAddress({ ip, port }: SocketAddress): string {
  return ipFamily(ip) === 'ipv6' ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
}

/** A network: addresses of one family that share their first `bits` bits. */
export interface Network {
  /** 4 or 16; those beyond `bits` say nothing. */
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** Whether the first `bits` bits are the same. */
function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  if (a.length !== b.length) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at++) if (a[at] !== b[at]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((a[whole] ?? 0) & mask) === ((b[whole] ?? 0) & mask);
}

/** A list of networks, in memory as bytes. */
export class NetList {
  readonly #networks: readonly Network[];

  constructor(networks: readonly Network[]) {
    this.#networks = networks;
  }

  /** Whether any of the networks holds the address; false for text that is none. */
  contains(ip: string): boolean {
    const bytes = parseIp(ip);
    return bytes !== undefined && this.containsBytes(bytes);
  }

  containsBytes(bytes: Uint8Array): boolean {
    return this.#networks.some((network) => samePrefix(network.bytes, bytes, network.bits));
  }
}

/**
 * A list of networks in CIDR form, separated by commas, as geth's --netrestrict takes it; spaces and empty parts are
 * ignored.
 * @throws IpError `invalid-network` naming the part that is none
 */
export function parseNetList(text: string): NetList {
  const parts = text.replaceAll(/\s/g, '').split(',');
  return new NetList(parts.filter((part) => part !== '').map(parseNetwork));
}

/**
 * One network in CIDR form.
 * @throws IpError `invalid-network`
 */
export function parseNetwork(text: string): Network {
  const slash = text.lastIndexOf('/');
  const bytes = parseIp(text.slice(0, Math.max(0, slash)));
  const bits = text.slice(slash + 1);
  if (bytes === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(bits) || Number(bits) > bytes.length * 8) {
    throw new IpError('invalid-network', `"${text.slice(0, 60)}" is no network such as 10.0.0.0/8`);
  }
  return { bytes, bits: Number(bits) };
}

const LOOPBACK = parseNetList('127.0.0.0/8,::1/128');
const LINK_LOCAL = parseNetList('169.254.0.0/16,fe80::/10');
const PRIVATE = parseNetList('10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7');
const MULTICAST = parseNetList('224.0.0.0/4,ff00::/8');
const UNSPECIFIED = parseNetList('0.0.0.0/32,::/128');

/**
 * Networks that no node can live in (geth p2p/netutil/net.go, from the IANA special-purpose registries).
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
const SPECIAL = parseNetList(
  [
    '0.0.0.0/8',
    '192.0.0.0/29',
    '192.0.0.9/32',
    '192.0.0.170/32',
    '192.0.0.171/32',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '255.255.255.255/32',
    '100::/64',
    '2001::/32',
    '2001:1::1/128',
    '2001:2::/48',
    '2001:3::/32',
    '2001:4:112::/48',
    '2001:5::/32',
    '2001:10::/28',
    '2001:20::/28',
    '2001:db8::/32',
    '2002::/16',
  ].join(','),
);

/** 127.0.0.0/8 or ::1. */
export function isLoopback(ip: string): boolean {
  return LOOPBACK.contains(ip);
}

/** 0.0.0.0 or :: */
export function isUnspecified(ip: string): boolean {
  return UNSPECIFIED.contains(ip);
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(ip: string): boolean {
  return MULTICAST.contains(ip);
}

/** Loopback, private or link-local: limits against floods and eclipses do not hold there. */
export function isLan(ip: string): boolean {
  const bytes = parseIp(ip);
  return bytes !== undefined && [LOOPBACK, PRIVATE, LINK_LOCAL].some((list) => list.containsBytes(bytes));
}

/** Multicast, broadcast, documentation and other special-purpose networks. */
export function isSpecial(ip: string): boolean {
  const bytes = parseIp(ip);
  return bytes !== undefined && (MULTICAST.containsBytes(bytes) || SPECIAL.containsBytes(bytes));
}

/** How far an address can be reached from: 0 unspecified, 1 loopback, 2 link-local, 3 private, 4 global. */
export function localityScore(ip: string): 0 | 1 | 2 | 3 | 4 {
  const bytes = ipToBytes(ip);
  if (UNSPECIFIED.containsBytes(bytes)) return 0;
  if (LOOPBACK.containsBytes(bytes)) return 1;
  if (LINK_LOCAL.containsBytes(bytes)) return 2;
  return PRIVATE.containsBytes(bytes) ? 3 : 4;
}

/** The network of `bits` bits around an address, as a map key: two addresses share the key when they share the network. */
export function subnetKey(ip: string, bits = 24): string {
  return networkKey({ bytes: ipToBytes(ip), bits });
}

/** A network as a map key: the same for every address in it. Keys of the two families never meet. */
export function networkKey(network: Network): string {
  return `${maskedBytes(network).join('.')}/${String(network.bits)}`;
}

/** A network in CIDR form with the bits beyond its own cleared: `192.0.2.0/24`. */
export function formatNetwork(network: Network): string {
  return `${bytesToIp(maskedBytes(network)) ?? ''}/${String(network.bits)}`;
}

function maskedBytes({ bytes, bits }: Network): Uint8Array {
  return bytes.map((byte, at) => {
    const left = bits - at * 8;
    if (left >= 8) return byte;
    return left <= 0 ? 0 : byte & ((0xff << (8 - left)) & 0xff);
  });
}

/** Why an address that a node tells of is not followed. */
export type RelayRefusal = 'invalid-ip' | 'unspecified-ip' | 'special-ip' | 'loopback-ip' | 'lan-ip';

/**
 * Whether an address told by the host at `sender` is one to send packets to, or why not: special networks never;
 * loopback and LAN addresses only from hosts that live there themselves (geth p2p/netutil CheckRelayAddr).
 */
export function checkRelayIp(sender: string, ip: string): RelayRefusal | undefined {
  if (canonicalIp(ip) === undefined) return 'invalid-ip';
  if (isUnspecified(ip)) return 'unspecified-ip';
  if (isSpecial(ip)) return 'special-ip';
  if (isLoopback(ip) && !isLoopback(sender)) return 'loopback-ip';
  if (isLan(ip) && !isLan(sender)) return 'lan-ip';
  return undefined;
}
