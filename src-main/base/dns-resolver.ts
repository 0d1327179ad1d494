import { promises as dns } from 'node:dns';
import { describeError, NetworkError, type NetworkErrorCode } from './errors.ts';
import { DNS_PORT, parseEndpointText } from '../../shared/endpoint-text.ts';
import { formatSocketAddress } from './ip.ts';

/** Queries TXT records of the DNS. */
export interface TxtResolver {
  /** Who answers: `ip:port` of the only name server that is asked, or a description. */
  readonly origin: string;
  /**
   * The TXT records of a name, the strings of each record joined, one character a byte; none when the name or its TXT records
   * do not exist. BOUNDED: a DNS message has at most 64 KiB.
   * @throws NetworkError `timed-out`, `unreachable`, `connection-refused` or `unknown`; the signal's reason when it aborts
   */
  resolveTxt(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Timeout of a try, milliseconds, and number of tries. Our choice; go-ethereum limits a query to 5 s in total. */
const TRY_TIMEOUT_MS = 2_000;
const TRIES = 2;

/** Error codes that mean that the name or its TXT records do not exist. */
const NO_RECORDS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const FAILURES: Readonly<Record<string, NetworkErrorCode>> = {
  ETIMEOUT: 'timed-out',
  ECONNREFUSED: 'connection-refused',
};

/** A configured name server that is not an IP address with an optional port. */
export class NameServerError extends NetworkError {
  constructor(text: string) {
    super(
      'address-not-available',
      `The DNS server “${text.slice(0, 64)}” is not valid: give an IP address, or one with a port, such as 192.0.2.1:53 or [2001:db8::1]:53.`,
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
 * A resolver that uses the system's name servers, or only `server` (IP, IP:PORT or [IPv6]:PORT).
 * @throws NameServerError
 */
export function systemTxtResolver(server: string | null): TxtResolver {
  const servers = server === null ? undefined : [nameServer(server)];
  return {
    origin: servers?.[0] ?? 'system',
    async resolveTxt(name, signal) {
      signal.throwIfAborted();
      // One resolver per query: `cancel` cancels all queries of a resolver.
      const resolver = new dns.Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES });
      if (servers !== undefined) resolver.setServers(servers);
      const cancel = (): void => {
        resolver.cancel();
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const texts = await resolver.resolveTxt(name);
        return texts.map((parts) => parts.join(''));
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
  if (NO_RECORDS.has(code)) return [];
  const known = FAILURES[code];
  const words =
    known === 'timed-out'
      ? 'timed out'
      : known === 'connection-refused'
        ? 'the name server cannot be reached'
        : describeError(cause);
  throw new NetworkError(known ?? 'unknown', `The DNS query for ${name} failed: ${words}`, { cause });
}
