import { z } from 'zod';
import { DNS_PORT, parseEndpointText } from './endpoint-text.ts';
import { canonicalIpText, parseIp } from './ip-text.ts';

/** `4` or `6`; undefined for text that is no address. An IPv4 address in IPv6 clothes is none to listen on. */
function familyOf(text: string): 4 | 6 | undefined {
  const ip = canonicalIpText(text);
  if (ip === undefined || ip.includes(':') !== text.includes(':')) return undefined;
  return ip.includes(':') ? 6 : 4;
}

const listenAddress = z
  .string()
  .max(64)
  .refine((item) => familyOf(item) !== undefined, 'must be an IP address');

/**
 * Addresses to listen on, one socket a family: a second address of the same family would have no place in our record.
 */
export const listenAddresses = z
  .array(listenAddress)
  .min(1, 'must name an IP address')
  .max(2, 'must be one address of each family')
  .refine(
    (items) => new Set(items.map(familyOf)).size === items.length,
    'must be one address of each family',
  );

function isNetwork(text: string): boolean {
  const [, ip = '', bits = ''] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const bytes = parseIp(ip);
  return bytes !== undefined && Number(bits) <= bytes.length * 8;
}

/** A network in CIDR notation. */
export const networkText = z.string().max(64).refine(isNetwork, 'must be a network such as 10.0.0.0/8');

/** A name server as IP or IP:PORT. */
export const dnsServerText = z
  .string()
  .trim()
  .max(64)
  .refine(
    (text) => parseEndpointText(text, DNS_PORT) !== undefined,
    'must be an IP address, with or without a port',
  );

/** A node list in DNS: a compressed public key in base32 without padding, and a domain name (EIP-1459). */
const TREE_URL = /^enrtree:\/\/[A-Z2-7]{53}@(?=.{1,253}$)[a-zA-Z0-9_-]{1,63}(?:\.[a-zA-Z0-9_-]{1,63})*\.?$/;

/** The URL of a node list in DNS; whether its key is one, the client says. */
export const treeUrlText = z.string().trim().max(320).regex(TREE_URL, 'must be enrtree://KEY@DOMAIN');
