import { lookup } from 'node:dns/promises';
import { NetworkError } from './errors.ts';
import { canonicalIp, ipFamily } from './ip.ts';
import type { AddressFamily } from './network.ts';
import type { Clock } from './runtime.ts';

/** Our choice: the system's resolver may try for half a minute, while other nodes wait to be contacted. Milliseconds. */
const HOST_LOOKUP_TIMEOUT_MS = 5_000;

/** Looks a DNS name up; resolves with IP addresses in the order of the system's preference. */
export type LookUpHost = (name: string) => Promise<readonly string[]>;

/** The system's resolver. */
export const systemLookUpHost: LookUpHost = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * The same look-up with an end. What comes later than that is forgotten.
 * The result rejects with NetworkError `timed-out`, or as `lookUp` does.
 */
export function withTimeout(lookUp: LookUpHost, clock: Clock): LookUpHost {
  return (name) =>
    new Promise((resolve, reject) => {
      const timer = clock.after(HOST_LOOKUP_TIMEOUT_MS, () => {
        reject(new NetworkError('timed-out', `Nobody said within 5 s what address ${name} has`));
      });
      void lookUp(name)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
}

/** Addresses of one name that are considered, so that a name with a hundred holds nobody up. BOUNDED. */
const MAX_ADDRESSES = 16;

/**
 * The addresses of a name that are of use, in the order in which they are to be tried: IPv4 first, as a machine may have
 * IPv6 addresses without a way to the internet; else in the resolver's order.
 * @param found what the resolver said, whatever it is
 */
export function usableAddresses(
  found: readonly string[],
  allows: (ip: string) => boolean,
  families: readonly AddressFamily[] = ['ipv4', 'ipv6'],
): string[] {
  const ips = found.map(canonicalIp).filter((ip) => ip !== undefined);
  const fit = [...new Set(ips)].filter((ip) => families.includes(ipFamily(ip)) && allows(ip));
  return fit.sort((a, b) => ipFamily(a).localeCompare(ipFamily(b))).slice(0, MAX_ADDRESSES);
}
