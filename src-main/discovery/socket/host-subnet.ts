import { ipFamily, subnetKey } from '../../base/ip.ts';

/** Bits of an IPv6 prefix that counts as one operator's subnet (RFC 6177: a site has at most a /48). */
const IPV6_SITE_BITS = 48;

/** Bits of an IPv6 prefix that counts as one host: a host can use any address of its /64 (RFC 4291 section 2.5.4). */
const IPV6_HOST_BITS = 64;

/** The host of an address as a map key: an IPv4 address or an IPv6 /64. */
export function hostKey(ip: string): string {
  return ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_HOST_BITS) : ip;
}

/** The subnet of an address as a map key: an IPv4 /24 or an IPv6 /48. */
export function hostSubnet(ip: string): string {
  // The /24 of an IPv4 address is a prefix of its text. No parsing, because this runs for every packet.
  return ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_SITE_BITS) : ip.slice(0, ip.lastIndexOf('.'));
}
