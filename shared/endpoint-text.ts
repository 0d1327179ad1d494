import { canonicalIpText } from './ip-text.ts';

/** Where a server listens; the address is canonical. */
export interface EndpointText {
  readonly ip: string;
  readonly port: number;
}

/** The port of name servers (RFC 1035 section 4.2). */
export const DNS_PORT = 53;

/** An address somebody can be reached at: neither malformed nor 0.0.0.0 or ::. */
export function definiteIp(text: string): string | undefined {
  const ip = canonicalIpText(text);
  return ip === '0.0.0.0' || ip === '::' ? undefined : ip;
}

/**
 * An address alone, of either family, or one with its port, where an IPv6 address stands in brackets; undefined for
 * anything else.
 */
export function parseEndpointText(text: string, defaultPort: number): EndpointText | undefined {
  const alone = definiteIp(text);
  if (alone !== undefined) return { ip: alone, port: defaultPort };
  const [, bracketed, plain = '', portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const ip = definiteIp(bracketed ?? plain);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (ip === undefined || port < 1 || port > 65_535) return undefined;
  return { ip, port };
}
