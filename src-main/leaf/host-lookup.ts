import { lookup } from 'node:dns/promises';
import { NetworkError } from './errors.ts';
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
