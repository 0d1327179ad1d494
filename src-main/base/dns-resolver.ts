import { promises as dns } from 'node:dns';
import { describeError, NetworkError, type NetworkErrorCode } from './errors.ts';
import { DNS_PORT, parseEndpointText } from '../../shared/endpoint-text.ts';
import { formatSocketAddress } from './ip.ts';

/** Asks the DNS for TXT records. */
export interface TxtResolver {
  /**
   * The texts of a name, each with its parts joined; none when the name or its TXT records do not exist.
   * @throws NetworkError `timed-out`, `unreachable`, `connection-refused` or `unknown`; the signal's reason when it aborts
   */
  resolveTxt(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Our choice: a name server that is there answers sooner; go-ethereum gives a question 5 s in all. */
const TRY_TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * BOUNDED: wanted texts of one answer, and characters of one. Other texts of the name do not count: a domain may have dozens
 * of them, and an answer holds 64 KiB at most.
 */
const MAX_TEXTS = 16;
const MAX_TEXT_CHARACTERS = 4_096;

/** Answers that say that there is nothing. */
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const FAILURES: Readonly<Record<string, NetworkErrorCode>> = {
  ETIMEOUT: 'timed-out',
  ECONNREFUSED: 'connection-refused',
};

/** A name server that is no IP address with or without a port. */
export class NameServerError extends NetworkError {
  constructor(text: string) {
    super(
      'address-not-available',
      `The DNS server “${text.slice(0, 64)}” is none: give an IP address, or one with a port, such as 192.0.2.1:53 or [2001:db8::1]:53.`,
    );
  }
}

/** @throws NameServerError */
function nameServer(text: string): string {
  const address = parseEndpointText(text, DNS_PORT);
  if (address === undefined) throw new NameServerError(text);
  return formatSocketAddress(address);
}

/**
 * The system's name servers, or `server` (IP, IP:PORT or [IPv6]:PORT) alone.
 * @param isWanted which texts of a name are handed on
 * @throws NameServerError
 */
export function systemTxtResolver(
  server: string | null,
  isWanted: (text: string) => boolean = () => true,
): TxtResolver {
  const servers = server === null ? undefined : [nameServer(server)];
  return {
    async resolveTxt(name, signal) {
      signal.throwIfAborted();
      // One for each question: cancelling cancels all that a resolver has under way.
      const resolver = new dns.Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES });
      if (servers !== undefined) resolver.setServers(servers);
      const cancel = (): void => {
        resolver.cancel();
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const texts = await resolver.resolveTxt(name);
        return texts
          .map((parts) => parts.join('').slice(0, MAX_TEXT_CHARACTERS))
          .filter(isWanted)
          .slice(0, MAX_TEXTS);
      } catch (cause) {
        signal.throwIfAborted();
        return explain(name, cause);
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

function explain(name: string, cause: unknown): readonly string[] {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NOTHING.has(code)) return [];
  const known = FAILURES[code];
  const words =
    known === 'timed-out'
      ? 'no answer in time'
      : known === 'connection-refused'
        ? 'the name server cannot be reached'
        : describeError(cause);
  throw new NetworkError(known ?? 'unknown', `Asking the DNS for ${name} failed: ${words}`, { cause });
}
