import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Checks of a request before its body is read. */
export interface HttpGuard {
  /** Whether the Host header names this machine; prevents DNS rebinding. */
  hostAllowed(host: string | undefined): boolean;
  /** Whether the request comes from our own page or from no page; prevents cross-site requests. */
  originAllowed(origin: string | undefined, host: string | undefined): boolean;
}

/**
 * Creates the checks.
 * @param hostNames allowed names in addition to `localhost` and IP addresses (which DNS rebinding cannot use); `*`
 *   allows any
 * @param scheme of the pages that this server serves
 */
export function createHttpGuard(hostNames: readonly string[], scheme: 'http' | 'https' = 'http'): HttpGuard {
  const names = new Set(['localhost', ...hostNames.map((name) => name.toLowerCase())]);
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
  };
}

/** Checks Host and Origin of every request, and sets the headers of every response. */
export function protect(
  app: FastifyInstance,
  guard: HttpGuard,
  headers: Readonly<Record<string, string>>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const { host, origin } = request.headers;
    if (!guard.hostAllowed(host)) {
      return reply.code(403).send({ error: 'This host name is not allowed; --http.vhosts adds one.' });
    }
    if (!guard.originAllowed(origin, host))
      return reply.code(403).send({ error: 'This origin is not allowed.' });
    return undefined;
  });
}

/** Returns the name of a Host header without port and brackets, in lower case; undefined when it is invalid. */
function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase();
}
