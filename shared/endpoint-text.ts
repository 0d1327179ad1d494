import { canonicalIpText } from './ip-text.ts';

/** The endpoint of a server; `ip` is canonical text. */
export interface EndpointText {
  readonly ip: string;
  readonly port: number;
}

/** The port of DNS servers. @see https://www.rfc-editor.org/rfc/rfc1035#section-4.2 */
export const DNS_PORT = 53;

/** The canonical text of an address; undefined if it is malformed or unspecified (0.0.0.0 or ::). */
export function definiteIp(text: string): string | undefined {
  const ip = canonicalIpText(text);
  return ip === '0.0.0.0' || ip === '::' ? undefined : ip;
}

/**
 * Reads an address with an optional port: `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1`, `[2001:db8::1]:53`; undefined for
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
