import { definiteIp, parseEndpointText, type EndpointText } from './endpoint-text.ts';

/** How others reach us through a router, read from the setting `nat`. Addresses are canonical. */
export type NatMethod =
  | { readonly kind: 'any' | 'none' | 'upnp' }
  /** The gateway is looked for where none is given. */
  | { readonly kind: 'pmp'; readonly gateway: string | undefined }
  | { readonly kind: 'extip'; readonly ip: string }
  | { readonly kind: 'stun'; readonly server: EndpointText };

/** geth's other spellings of a method (p2p/nat/nat.go Parse). */
const ALIASES: Readonly<Record<string, string>> = {
  '': 'none',
  off: 'none',
  auto: 'any',
  on: 'any',
  ip: 'extip',
  natpmp: 'pmp',
  'nat-pmp': 'pmp',
};

/** Where STUN servers listen when nothing else is said (RFC 8489 section 18.6). */
const STUN_PORT = 3_478;

/** The forms that are taken, for the words of a refusal. */
export const NAT_FORMS = 'any, none, upnp, pmp, pmp:IP, extip:IP or stun:IP:PORT';

/**
 * The method that a text names, in any of geth's spellings (p2p/nat/nat.go Parse); undefined for anything else. A STUN
 * port may be left out.
 */
export function parseNatText(text: string): NatMethod | undefined {
  const [, given = '', argument] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? [];
  const kind = ALIASES[given.toLowerCase()] ?? given.toLowerCase();
  if (kind === 'stun') return stunAt(argument ?? '');
  if (argument === undefined) {
    if (kind === 'pmp') return { kind, gateway: undefined };
    return kind === 'any' || kind === 'none' || kind === 'upnp' ? { kind } : undefined;
  }
  const ip = definiteIp(argument);
  if (ip === undefined) return undefined;
  if (kind === 'extip') return { kind, ip };
  return kind === 'pmp' ? { kind, gateway: ip } : undefined;
}

function stunAt(text: string): NatMethod | undefined {
  const server = parseEndpointText(text, STUN_PORT);
  return server && { kind: 'stun', server };
}

/** The one text of a method, as the setting keeps it. */
export function natTextOf(method: NatMethod): string {
  switch (method.kind) {
    case 'any':
    case 'none':
    case 'upnp':
      return method.kind;
    case 'pmp':
      return method.gateway === undefined ? 'pmp' : `pmp:${method.gateway}`;
    case 'extip':
      return `extip:${method.ip}`;
    case 'stun': {
      const { ip, port } = method.server;
      return `stun:${ip.includes(':') ? `[${ip}]` : ip}:${String(port)}`;
    }
  }
}
