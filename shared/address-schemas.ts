import { z } from 'zod';
import { DNS_PORT, parseEndpointText } from './endpoint-text.ts';
import { canonicalIpText, parseIp } from './ip-text.ts';

/** Address family of `text`: 4 or 6; undefined if it is not an address, or an IPv4-mapped IPv6 address, which has no socket of its own. */
function familyOf(text: string): 4 | 6 | undefined {
  const ip = canonicalIpText(text);
  if (ip === undefined || ip.includes(':') !== text.includes(':')) return undefined;
  return ip.includes(':') ? 6 : 4;
}

/** An address to listen on. */
export const listenAddress = z
  .string()
  .max(64)
  .refine((item) => familyOf(item) !== undefined, 'must be an IP address');

/** Addresses to listen on: at most one per family, because the local ENR has one endpoint per family. */
export const listenAddresses = z
  .array(listenAddress)
  .min(1, 'must have at least one IP address')
  .max(2, 'must have at most one address per family')
  .refine(
    (items) => new Set(items.map(familyOf)).size === items.length,
    'must have at most one address per family',
  );

function isNetwork(text: string): boolean {
  const [, ip = '', bits = ''] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const bytes = parseIp(ip);
  return bytes !== undefined && Number(bits) <= bytes.length * 8;
}

/** A network in CIDR notation. */
export const networkText = z.string().max(64).refine(isNetwork, 'must be a network such as 10.0.0.0/8');

/** A DNS server: IP or IP:PORT. */
export const dnsServerText = z
  .string()
  .trim()
  .max(64)
  .refine(
    (text) => parseEndpointText(text, DNS_PORT) !== undefined,
    'must be an IP address, with or without a port',
  );

/** A compressed public key in base32 without padding, and a domain name. @see https://eips.ethereum.org/EIPS/eip-1459 */
const TREE_URL = /^enrtree:\/\/[A-Z2-7]{53}@(?=.{1,253}$)[a-zA-Z0-9_-]{1,63}(?:\.[a-zA-Z0-9_-]{1,63})*\.?$/;

/** The URL of a DNS node list (EIP-1459). Whether the key is a point on secp256k1 is checked by the DNS client. */
export const treeUrlText = z.string().trim().max(320).regex(TREE_URL, 'must be enrtree://KEY@DOMAIN');
