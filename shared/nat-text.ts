import { definiteIp, parseEndpointText, type EndpointText } from './endpoint-text.ts';

/** The value of the setting `nat`. Addresses are canonical text. */
export type NatMethod =
  | { readonly kind: 'any' | 'none' | 'upnp' }
  /** `gateway` undefined: the default gateway is searched for. */
  | { readonly kind: 'pmp'; readonly gateway: string | undefined }
  | { readonly kind: 'extip'; readonly ip: string }
  | { readonly kind: 'stun'; readonly server: EndpointText };

/** Aliases of the methods, as in geth (p2p/nat/nat.go, Parse). */
const ALIASES: Readonly<Record<string, string>> = {
  '': 'none',
  off: 'none',
  auto: 'any',
  on: 'any',
  ip: 'extip',
  natpmp: 'pmp',
  'nat-pmp': 'pmp',
};

/** The default port of STUN servers. @see https://www.rfc-editor.org/rfc/rfc8489#section-18.6 */
const STUN_PORT = 3_478;

/** The accepted forms, for the text of a refusal. */
export const NAT_FORMS = 'any, none, upnp, pmp, pmp:IP, extip:IP or stun:IP:PORT';

/** Reads a method in any of geth's forms; undefined for anything else. The port of a STUN server is optional. */
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

/** The canonical text of a method, as settings.json has it. */
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
