import { isIP } from 'node:net';
import { equalBytes } from '../base/bytes.ts';
import { sha256 } from '../base/symmetric.ts';

/** WebSocket subprotocol of the page, and the prefix of the subprotocol that carries its token. */
export const SOCKET_PROTOCOL = 'enodeck';
const TOKEN_PROTOCOL = 'token.';

/** Checks of a request before its body is read. */
export interface HttpGuard {
  /** Whether the Host header names this machine; prevents DNS rebinding. */
  hostAllowed(host: string | undefined): boolean;
  /** Whether the request comes from our own page or from no page; prevents cross-site requests. */
  originAllowed(origin: string | undefined, host: string | undefined): boolean;
  /** Whether the Authorization header, or a WebSocket's subprotocols, carry the token. */
  tokenAccepted(authorization: string | undefined, subprotocols: string | undefined): boolean;
  /** Whether `value` is the token. */
  isToken(value: unknown): boolean;
}

/**
 * Creates the checks.
 * @param token the bearer token
 * @param hostNames allowed names in addition to `localhost` and IP addresses (which DNS rebinding cannot use); `*`
 *   allows any
 * @param scheme of the pages that this server serves
 */
export function createHttpGuard(
  token: string,
  hostNames: readonly string[],
  scheme: 'http' | 'https' = 'http',
): HttpGuard {
  const expected = digest(token);
  const names = new Set(['localhost', ...hostNames.map((name) => name.toLowerCase())]);
  const matches = (given: string): boolean => equalBytes(digest(given), expected);
  return {
    hostAllowed(host) {
      const name = hostNameOf(host);
      if (name === undefined) return false;
      return names.has('*') || names.has(name) || isIP(name) !== 0;
    },
    originAllowed(origin, host) {
      return (
        origin === undefined ||
        (host !== undefined && origin.toLowerCase() === `${scheme}://${host.toLowerCase()}`)
      );
    },
    isToken: (value) => typeof value === 'string' && matches(value),
    tokenAccepted(authorization, subprotocols) {
      const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (bearer !== undefined) return matches(bearer);
      const offered = (subprotocols ?? '').split(',').map((name) => name.trim());
      const carrier = offered.find((name) => name.startsWith(TOKEN_PROTOCOL));
      return carrier !== undefined && matches(carrier.slice(TOKEN_PROTOCOL.length));
    },
  };
}

/** Whether a token is valid in a URL fragment and a WebSocket subprotocol: 1 to 128 letters, digits, `-`, `_`, `.`, `~`. */
export function isUsableToken(token: string): boolean {
  return /^[\w.~-]{1,128}$/.test(token);
}

const digest = (text: string): Uint8Array => sha256(new TextEncoder().encode(text));

/** Returns the name of a Host header without port and brackets, in lower case; undefined when it is invalid. */
function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}
