import { ipFamily, subnetKey } from '../../base/ip.ts';

/** Bits of an IPv6 subnet that one operator is assumed to have (RFC 6177: a site has a /48 at most). */
const IPV6_SITE_BITS = 48;

/** Bits of an IPv6 address that stand for one host: who has one address has the whole /64. */
const IPV6_HOST_BITS = 64;

/** The host that an address is of, as a map key: an IPv4 address or an IPv6 /64. */
export function hostKey(ip: string): string {
  return ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_HOST_BITS) : ip;
}

/** The subnet that an address is of, as a map key: an IPv4 /24 or an IPv6 /48. */
export function hostSubnet(ip: string): string {
  // The text of an IPv4 address gives its /24 without parsing it: this is asked of every packet.
  return ipFamily(ip) === 'ipv6' ? subnetKey(ip, IPV6_SITE_BITS) : ip.slice(0, ip.lastIndexOf('.'));
}
