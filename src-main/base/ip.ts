/**
 * Properties of IP addresses: family, network, scope, and whether a relayed address is accepted. The functions take
 * canonical text (base/network.ts SocketAddress), which `canonicalIp` returns.
 */
import { canonicalIpText, formatIp, parseIp } from '../../shared/ip-text.ts';
import { CodecError } from './errors.ts';
import type { AddressFamily, SocketAddress } from './network.ts';

/** Text that is not an IP address or network. */
export class IpError extends CodecError<'invalid-ip' | 'invalid-network'> {}

/** The canonical text of an address (IPv4-mapped becomes IPv4); undefined for other text or a zone ID. */
export function canonicalIp(text: string): string | undefined {
  return canonicalIpText(text);
}

/**
 * The 4 or 16 bytes of an address, big-endian.
 * @throws IpError `invalid-ip`
 */
export function ipToBytes(ip: string): Uint8Array {
  const bytes = parseIp(ip);
  if (bytes === undefined) throw new IpError('invalid-ip', 'Not an IP address');
  return bytes;
}

/** The canonical text of 4 or 16 bytes; undefined for another length. */
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

/** Whether address and port are the same. */
export function isSameAddress(a: SocketAddress, b: SocketAddress): boolean {
  return a.ip === b.ip && a.port === b.port;
}

/** A network in CIDR sense: the addresses of one family that share their first `bits` bits. */
export interface IpNetwork {
  /** 4 or 16 bytes; bits beyond the prefix are ignored. */
  readonly bytes: Uint8Array;
  /** Length of the prefix. */
  readonly bits: number;
}

/** Whether both have the same length and the same first `bits` bits. */
function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  if (a.length !== b.length) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at++) if (a[at] !== b[at]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((a[whole] ?? 0) & mask) === ((b[whole] ?? 0) & mask);
}

/** A list of networks. */
export class NetList {
  readonly #networks: readonly IpNetwork[];

  constructor(networks: readonly IpNetwork[]) {
    this.#networks = networks;
  }

  /** Whether a network of the list contains the address; false for other text. */
  contains(ip: string): boolean {
    const bytes = parseIp(ip);
    return bytes !== undefined && this.containsBytes(bytes);
  }

  /** The first address of the network that contains the address; undefined when no network does. */
  baseOf(ip: string): string | undefined {
    const bytes = parseIp(ip);
    if (bytes === undefined) return undefined;
    const network = this.#networks.find((each) => samePrefix(each.bytes, bytes, each.bits));
    return network === undefined ? undefined : bytesToIp(maskedBytes(network));
  }

  /** As `contains`, for the 4 or 16 bytes of an address. */
  containsBytes(bytes: Uint8Array): boolean {
    return this.#networks.some((network) => samePrefix(network.bytes, bytes, network.bits));
  }
}

/**
 * Parses a list of networks in CIDR notation, separated by commas, as of geth's --netrestrict. White space and empty parts
 * are ignored.
 * @throws IpError `invalid-network` with the invalid part
 */
export function parseNetList(text: string): NetList {
  const parts = text.replaceAll(/\s/g, '').split(',');
  return new NetList(parts.filter((part) => part !== '').map(parseNetwork));
}

/**
 * Parses a network in CIDR notation.
 * @throws IpError `invalid-network`
 */
export function parseNetwork(text: string): IpNetwork {
  const slash = text.lastIndexOf('/');
  const bytes = parseIp(text.slice(0, Math.max(0, slash)));
  const bits = text.slice(slash + 1);
  if (bytes === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(bits) || Number(bits) > bytes.length * 8) {
    throw new IpError('invalid-network', `"${text.slice(0, 60)}" is not a network such as 10.0.0.0/8`);
  }
  return { bytes, bits: Number(bits) };
}

const LOOPBACK = parseNetList('127.0.0.0/8,::1/128');
const LINK_LOCAL = parseNetList('169.254.0.0/16,fe80::/10');
const PRIVATE = parseNetList('10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7');
const MULTICAST = parseNetList('224.0.0.0/4,ff00::/8');
const UNSPECIFIED = parseNetList('0.0.0.0/32,::/128');

/** Shared address space of carrier-grade NAT, also in use by overlay networks (RFC 6598). */
const SHARED = parseNetList('100.64.0.0/10');

/**
 * Special-purpose networks without nodes, in addition to the scopes above: all entries of the IANA registries, including
 * globally reachable anycast services (PCP, TURN, AS112, AMT), whose addresses are not single hosts. The IPv6 list is
 * shorter than the registry: IANA allocates unicast addresses only from 2000::/3, so that all other addresses are special,
 * including those that embed an IPv4 address (`::/96`, `::ffff:0:0:0/96`, NAT64's `64:ff9b::/96` and `64:ff9b:1::/48`).
 * Teredo is in 2001::/23, 6to4 is 2002::/16.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 * @see https://www.iana.org/assignments/ipv6-address-space/
 */
const SPECIAL = parseNetList(
  [
    '0.0.0.0/8',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '2620:4f:8000::/48',
    '3fff::/20',
  ].join(','),
);
const GLOBAL_UNICAST_IPV6 = parseNetwork('2000::/3');

/** 127.0.0.0/8 or ::1. */
export function isLoopback(ip: string): boolean {
  return LOOPBACK.contains(ip);
}

/** Characters with which the text of an address in UNSPECIFIED can begin. */
const UNSPECIFIED_STARTS = '0:';

/** 0.0.0.0 or :: */
export function isUnspecified(ip: string): boolean {
  // Nearly all addresses need not be parsed.
  return UNSPECIFIED_STARTS.includes(ip.charAt(0)) && UNSPECIFIED.contains(ip);
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(ip: string): boolean {
  return MULTICAST.contains(ip);
}

/** Characters with which the text of an address in LOOPBACK, PRIVATE or LINK_LOCAL can begin. */
const LAN_STARTS = '1fF0:';

/** Whether an address is loopback, private or link-local; limits per network do not apply to such addresses. */
export function isLan(ip: string): boolean {
  // It runs several times for every packet: most addresses of the internet need not be parsed.
  if (!LAN_STARTS.includes(ip.charAt(0))) return false;
  const bytes = parseIp(ip);
  return bytes !== undefined && [LOOPBACK, PRIVATE, LINK_LOCAL].some((list) => list.containsBytes(bytes));
}

/**
 * Whether an address is multicast, broadcast, for documentation, reserved, unspecified or of another special purpose; not
 * for the scopes that have hosts (loopback, private, link-local, shared). False for other text.
 * @internal for tests
 */
export function isSpecial(ip: string): boolean {
  const bytes = parseIp(ip);
  return bytes !== undefined && scopeOf(bytes) === 'special';
}

/** The scope in which an address identifies a host: `special` none, `global` the internet. */
type AddressScope = 'special' | 'loopback' | 'link-local' | 'private' | 'shared' | 'global';

function scopeOf(bytes: Uint8Array): AddressScope {
  if (LOOPBACK.containsBytes(bytes)) return 'loopback';
  if (LINK_LOCAL.containsBytes(bytes)) return 'link-local';
  if (PRIVATE.containsBytes(bytes)) return 'private';
  if (SHARED.containsBytes(bytes)) return 'shared';
  const isAllocated =
    bytes.length === 4 || samePrefix(GLOBAL_UNICAST_IPV6.bytes, bytes, GLOBAL_UNICAST_IPV6.bits);
  return !isAllocated || MULTICAST.containsBytes(bytes) || SPECIAL.containsBytes(bytes)
    ? 'special'
    : 'global';
}

/** Rank of the scope of an address: 0 special, 1 loopback, 2 link-local, 3 private or shared, 4 global. @throws IpError */
export function localityScore(ip: string): 0 | 1 | 2 | 3 | 4 {
  switch (scopeOf(ipToBytes(ip))) {
    case 'special':
      return 0;
    case 'loopback':
      return 1;
    case 'link-local':
      return 2;
    case 'private':
    case 'shared':
      return 3;
    case 'global':
      return 4;
  }
}

/** Map key of the network of an address with a prefix of `bits` bits. @throws IpError */
export function subnetKey(ip: string, bits = 24): string {
  return networkKey({ bytes: ipToBytes(ip), bits });
}

/**
 * The address group of an address, as a map key; a group has one vote. It is the IPv4 /24 or IPv6 /48 of the address,
 * because one operator may own such a network, and the address itself for loopback, private and link-local addresses.
 */
export function addressGroupOf(ip: string): string {
  return isLan(ip) ? ip : subnetKey(ip, ipFamily(ip) === 'ipv6' ? 48 : 24);
}

/** Map key of a network: the same for every address in it, different for the two families. */
export function networkKey(network: IpNetwork): string {
  return `${maskedBytes(network).join('.')}/${String(network.bits)}`;
}

/** A network in CIDR notation, with the bits beyond the prefix cleared: `192.0.2.0/24`. */
export function formatNetwork(network: IpNetwork): string {
  return `${bytesToIp(maskedBytes(network)) ?? ''}/${String(network.bits)}`;
}

function maskedBytes({ bytes, bits }: IpNetwork): Uint8Array {
  return bytes.map((byte, at) => {
    const left = bits - at * 8;
    if (left >= 8) return byte;
    return left <= 0 ? 0 : byte & ((0xff << (8 - left)) & 0xff);
  });
}

/** Why a relayed address is refused. */
export type RelayRefusal =
  'invalid-ip' | 'unspecified-ip' | 'special-ip' | 'loopback-ip' | 'lan-ip' | 'shared-ip';

/** By scope of the relayed address: scopes of senders that may be in the same network. */
const RELAY_SCOPES: Readonly<Record<Exclude<AddressScope, 'special' | 'global'>, readonly AddressScope[]>> = {
  loopback: ['loopback'],
  'link-local': ['loopback', 'link-local', 'private'],
  private: ['loopback', 'link-local', 'private'],
  shared: ['shared'],
};

/**
 * Checks a relayed address: special-purpose addresses are always refused; loopback, LAN and shared addresses unless the
 * sender is in such a network too (geth p2p/netutil CheckRelayAddr). Applies to all sources: NEIGHBORS, NODES, records,
 * DNS lists, files.
 * @param sender the address of the relaying host; undefined for a source without one, from which only global addresses
 *   are accepted
 * @returns why the address is refused; undefined when it is accepted
 */
export function checkRelayIp(sender: string | undefined, ip: string): RelayRefusal | undefined {
  const bytes = parseIp(ip);
  if (bytes === undefined) return 'invalid-ip';
  if (UNSPECIFIED.containsBytes(bytes)) return 'unspecified-ip';
  const scope = scopeOf(bytes);
  if (scope === 'global') return undefined;
  if (scope === 'special') return 'special-ip';
  const senderBytes = sender === undefined ? undefined : parseIp(sender);
  if (senderBytes !== undefined && RELAY_SCOPES[scope].includes(scopeOf(senderBytes))) return undefined;
  return scope === 'loopback' ? 'loopback-ip' : scope === 'shared' ? 'shared-ip' : 'lan-ip';
}

/**
 * `checkRelayIp` for an address of a DNS list or a file, which have no sender address. Addresses of a local network are
 * accepted only when --netrestrict includes that network, or when the node listens on loopback only.
 * @param allowed the networks of --netrestrict
 * @param listening the addresses that the node listens on
 */
export function checkListedIp(
  ip: string,
  allowed: NetList,
  listening: readonly string[],
): RelayRefusal | undefined {
  const refusal = checkRelayIp(undefined, ip);
  if (refusal === undefined) return undefined;
  const places = [allowed.baseOf(ip), listening.every(isLoopback) ? listening[0] : undefined];
  return places.some((place) => place !== undefined && checkRelayIp(place, ip) === undefined)
    ? undefined
    : refusal;
}
