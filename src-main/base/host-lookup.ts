import { lookup } from 'node:dns/promises';
import { NetworkError } from './errors.ts';
import { canonicalIp, ipFamily } from './ip.ts';
import type { AddressFamily } from './network.ts';
import type { Clock } from './runtime.ts';

/** Milliseconds, our choice: the system's resolver may take half a minute, and other dials wait meanwhile. */
const HOST_LOOKUP_TIMEOUT_MS = 5_000;

/** Looks up the IP addresses of a DNS name; they are in the system's order of preference. */
export type LookUpHost = (name: string) => Promise<readonly string[]>;

/** The system's resolver. */
export const systemLookUpHost: LookUpHost = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * The same lookup with a timeout of 5 s. A later result is ignored.
 * The returned function rejects with NetworkError `timed-out`, or as `lookUp` does.
 */
export function withTimeout(lookUp: LookUpHost, clock: Clock): LookUpHost {
  return (name) =>
    new Promise((resolve, reject) => {
      const timer = clock.after(HOST_LOOKUP_TIMEOUT_MS, () => {
        reject(new NetworkError('timed-out', `The DNS lookup of ${name} timed out after 5 s`));
      });
      void lookUp(name)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
}

/** BOUNDED: addresses of one name that are used, so that a name with many addresses does not delay other dials. */
const MAX_ADDRESSES = 16;

/**
 * The usable addresses of a name, in the order in which to try them: IPv4 first, because a machine may have IPv6
 * addresses without a route to the internet; else in the resolver's order.
 * @param found the resolver's answer, not validated
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
