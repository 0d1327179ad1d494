import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger, Unsubscribe } from '../base/runtime.ts';
import type { Access, Caller } from './access.ts';
import type { PageSocket } from './web-socket.ts';

/** WebSocket subprotocol of the page, and the prefix of the subprotocol that carries its token. */
export const SOCKET_PROTOCOL = 'enodeck';
const TOKEN_PROTOCOL = 'token.';

type Authorised = Promise<FastifyReply | undefined>;

/** Admits the requests that have a token, and ends the WebSockets whose token was revoked. */
export class HttpAccess {
  readonly #access: Access;
  readonly #logger: Logger;
  /** The caller of each request whose token was checked. */
  readonly #callers = new WeakMap<FastifyRequest, Caller>();
  /** The open WebSockets. BOUNDED: MAX_SOCKETS and MAX_RPC_CLIENTS of the server. */
  readonly #held = new Map<PageSocket, Caller>();

  constructor(access: Access, logger: Logger) {
    this.#access = access;
    this.#logger = logger;
  }

  /** Watches the tokens until the returned function is called. */
  watch(): Unsubscribe {
    return this.#access.onChange(() => {
      this.#endRevoked();
    });
  }

  /** Admits a request whose header or WebSocket subprotocol has a token. */
  readonly byHeader = (request: FastifyRequest, reply: FastifyReply): Authorised =>
    this.#authorise(request, reply, [headerToken(request)]);

  /** For JSON-RPC: clients that cannot set a header pass the token as `?token=`. */
  readonly byHeaderOrQuery = (request: FastifyRequest, reply: FastifyReply): Authorised => {
    const { token } = request.query as { readonly token?: unknown };
    return this.#authorise(request, reply, [token, headerToken(request)]);
  };

  /** The same for upgrades; plain requests pass. */
  readonly upgrades = async (request: FastifyRequest, reply: FastifyReply): Authorised =>
    request.ws ? this.byHeaderOrQuery(request, reply) : undefined;

  /** The caller of a request that was admitted. */
  callerOf(request: FastifyRequest): Caller {
    const caller = this.#callers.get(request);
    if (caller === undefined) throw new TypeError('a request was not authorised');
    return caller;
  }

  /** Keeps a WebSocket as long as the token of its request is valid. */
  hold(socket: PageSocket, caller: Caller): void {
    this.#held.set(socket, caller);
    socket.on('close', () => this.#held.delete(socket));
    // The token may have been revoked during the upgrade.
    this.#endRevoked();
  }

  #endRevoked(): void {
    for (const [socket, caller] of this.#held) {
      if (this.#access.isValid(caller)) continue;
      this.#logger.info('a connection was ended because its token was revoked', { token: caller.name });
      // A closing handshake would still take messages.
      socket.terminate();
    }
  }

  async #authorise(request: FastifyRequest, reply: FastifyReply, tokens: readonly unknown[]): Authorised {
    const callers = tokens.map((token) =>
      typeof token === 'string' ? this.#access.callerOf(token) : undefined,
    );
    const caller = callers.find((found) => found !== undefined);
    if (caller !== undefined) {
      this.#callers.set(request, caller);
      return undefined;
    }
    return reply
      .code(401)
      .header('WWW-Authenticate', 'Bearer')
      .send({ error: 'The token is missing or wrong.' });
  }
}

/** The token in the Authorization header, or in the subprotocols of a WebSocket; undefined for none. */
export function tokenIn(
  authorization: string | undefined,
  subprotocols: string | undefined,
): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const offered = (subprotocols ?? '').split(',').map((name) => name.trim());
  return offered.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/** Whether a token is valid in a URL fragment and a WebSocket subprotocol: 1 to 128 letters, digits, `-`, `_`, `.`, `~`. */
export function isUsableToken(token: string): boolean {
  return /^[\w.~-]{1,128}$/.test(token);
}

const headerToken = ({ headers }: FastifyRequest): string | undefined =>
  tokenIn(headers.authorization, headers['sec-websocket-protocol']);
