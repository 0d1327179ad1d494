import { canonicalIp, formatSocketAddress, isUnspecified } from '../leaf/ip.ts';
import type { SocketAddress } from '../leaf/network.ts';
import { NatError } from './errors.ts';

/** Where STUN servers listen when nothing else is said (RFC 8489 section 18.6). */
const STUN_PORT = 3478;

/** How others are to reach us. */
export type NatMethod =
  | { readonly kind: 'any' | 'none' | 'upnp' }
  /** Without a gateway's address, that of the default route. */
  | { readonly kind: 'pmp'; readonly gateway: string | undefined }
  | { readonly kind: 'extip'; readonly ip: string }
  | { readonly kind: 'stun'; readonly server: SocketAddress };

/**
 * Reads the text of the setting: `any`, `none`, `upnp`, `pmp`, `pmp:IP`, `extip:IP`, `stun:IP:PORT`; a STUN port may be
 * left out, an IPv6 address with a port stands in brackets (geth p2p/nat/nat.go Parse).
 * @throws NatError `invalid-method` in one sentence
 */
export function parseNatMethod(text: string): NatMethod {
  const [, kind = '', rest] = /^([a-z]+)(?::(.*))?$/.exec(text.trim()) ?? [];
  switch (kind) {
    case 'any':
    case 'none':
    case 'upnp':
      if (rest === undefined) return { kind };
      break;
    case 'pmp':
      return { kind, gateway: rest === undefined ? undefined : addressOf(rest, text) };
    case 'extip':
      if (rest !== undefined) return { kind, ip: addressOf(rest, text) };
      break;
    case 'stun':
      if (rest !== undefined) return { kind, server: serverOf(rest, text) };
      break;
    default:
  }
  throw invalid(text, 'is none of any, none, upnp, pmp, pmp:IP, extip:IP, stun:IP:PORT');
}

/** The method as it is written in the settings. */
export function natMethodText(method: NatMethod): string {
  switch (method.kind) {
    case 'pmp':
      return method.gateway === undefined ? 'pmp' : `pmp:${method.gateway}`;
    case 'extip':
      return `extip:${method.ip}`;
    case 'stun':
      return `stun:${formatSocketAddress(method.server)}`;
    default:
      return method.kind;
  }
}

function addressOf(address: string, text: string): string {
  const ip = canonicalIp(address);
  if (ip === undefined || isUnspecified(ip)) throw invalid(text, 'has no IP address after the colon');
  return ip;
}

function serverOf(server: string, text: string): SocketAddress {
  const whole = canonicalIp(server);
  if (whole !== undefined) return { ip: addressOf(server, text), port: STUN_PORT };
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? [];
  const port = portText === undefined ? STUN_PORT : Number(portText);
  if (port < 1 || port > 0xffff) throw invalid(text, 'has no port between 1 and 65535');
  return { ip: addressOf(bracketed ?? plain ?? '', text), port };
}

const invalid = (text: string, why: string): NatError =>
  new NatError('invalid-method', `"${text.slice(0, 80)}" ${why}.`);
