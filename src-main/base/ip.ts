/**
 * What an IP address is: its family, its network, and whether it may be relayed. Every function takes canonical text
 * (base/network.ts SocketAddress); `canonicalIp` makes it.
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
export interface IpNetwork {
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
  readonly #networks: readonly IpNetwork[];

  constructor(networks: readonly IpNetwork[]) {
    this.#networks = networks;
  }

  /** Whether any of the networks holds the address; false for text that is none. */
  contains(ip: string): boolean {
    const bytes = parseIp(ip);
    return bytes !== undefined && this.containsBytes(bytes);
  }

  /** The first address of the network that holds the address; undefined where none does. */
  baseOf(ip: string): string | undefined {
    const bytes = parseIp(ip);
    if (bytes === undefined) return undefined;
    const network = this.#networks.find((each) => samePrefix(each.bytes, bytes, each.bits));
    return network === undefined ? undefined : bytesToIp(maskedBytes(network));
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
export function parseNetwork(text: string): IpNetwork {
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

/** Shared address space between a provider's translator and its customers, also of overlay networks (RFC 6598). */
const SHARED = parseNetList('100.64.0.0/10');

/**
 * Networks of a special purpose in which no node lives, beside the scopes above: whatever the IANA registries list, also
 * the anycast services that are globally reachable (PCP, TURN, AS112, AMT), whose addresses are no single host. The rule
 * for IPv6 is shorter than the registry: IANA allocates unicast addresses from 2000::/3 alone, so that everything beyond
 * is special, among it the forms that carry an IPv4 address (`::/96`, `::ffff:0:0:0/96`, NAT64's `64:ff9b::/96` and
 * `64:ff9b:1::/48`); Teredo lies in 2001::/23, 6to4 is 2002::/16.
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

/**
 * Multicast, broadcast, documentation, reserved and other special-purpose networks, the unspecified addresses included;
 * not the scopes that have hosts (loopback, private, link-local, shared). False for text that is no address.
 * @internal for tests
 */
export function isSpecial(ip: string): boolean {
  const bytes = parseIp(ip);
  return bytes !== undefined && scopeOf(bytes) === 'special';
}

/** Where an address of the kind means a host: `special` nowhere, `global` everywhere. */
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

/** How far an address can be reached from: 0 not at all, 1 loopback, 2 link-local, 3 private or shared, 4 global. */
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

/** The network of `bits` bits around an address, as a map key: two addresses share the key when they share the network. */
export function subnetKey(ip: string, bits = 24): string {
  return networkKey({ bytes: ipToBytes(ip), bits });
}

/**
 * Whose voice an address is, as a map key: on the internet a whole network is in one hand, an IPv4 /24 or IPv6 /48; on our
 * machine and in our local network each address stands for itself.
 */
export function voiceKey(ip: string): string {
  return isLan(ip) ? ip : subnetKey(ip, ipFamily(ip) === 'ipv6' ? 48 : 24);
}

/** A network as a map key: the same for every address in it. Keys of the two families never meet. */
export function networkKey(network: IpNetwork): string {
  return `${maskedBytes(network).join('.')}/${String(network.bits)}`;
}

/** A network in CIDR form with the bits beyond its own cleared: `192.0.2.0/24`. */
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

/** Why an address that others tell of is not followed. */
export type RelayRefusal =
  'invalid-ip' | 'unspecified-ip' | 'special-ip' | 'loopback-ip' | 'lan-ip' | 'shared-ip';

/** Scopes of a sender that share its network with the named address. */
const RELAY_SCOPES: Readonly<Record<Exclude<AddressScope, 'special' | 'global'>, readonly AddressScope[]>> = {
  loopback: ['loopback'],
  'link-local': ['loopback', 'link-local', 'private'],
  private: ['loopback', 'link-local', 'private'],
  shared: ['shared'],
};

/**
 * Whether an address told by others is one to send packets to, or why not: special networks never; loopback, LAN and
 * shared addresses only from a host that lives in such a network itself (geth p2p/netutil CheckRelayAddr). The one rule for
 * every source: NEIGHBORS, NODES, records, DNS lists, files.
 * @param sender the address of the host that tells; undefined where there is none, as for a public list: then global
 *   addresses alone pass
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
 * As `checkRelayIp`, for an address that a source without an address of its own names: a DNS list, a file. It may name
 * hosts of a local network only where the user has named that network, or lets the node listen on loopback alone.
 * @param allowed the networks of --netrestrict
 * @param listening our own addresses
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
