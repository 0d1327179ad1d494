import { NetworkError } from '../base/errors.ts';
import type { SocketAddress } from '../base/network.ts';

/** Demos that can run at the same time on fixed ports; further ones get any free ports. */
export const PORT_RANGES = 8;

/** Beginning of the addresses of the passive nodes, on systems with all of 127.0.0.0/8. */
export const PASSIVE_PREFIX = '127.0.1.';

/** The ports of a list of nodes: a range of one port a node for each demo. */
export interface PortPlan {
  readonly firstPort: number;
  /** Number of nodes. */
  readonly count: number;
}

/**
 * The endpoints that a node tries: a separate address on systems with all of 127.0.0.0/8 (Linux, Windows), else a separate
 * port. Their order is fixed, so that the endpoints of static entries stay valid after a restart.
 * @param ip a loopback address
 * @param index place of the node in its list
 */
export function placesOf(
  ip: string,
  index: number,
  { firstPort, count }: PortPlan,
): readonly SocketAddress[] {
  const fixed = Array.from({ length: PORT_RANGES }, (_, range) => ({
    ip,
    port: firstPort + range * count + index,
  }));
  return [...fixed, { ip, port: 0 }, { ip: '127.0.0.1', port: 0 }];
}

/**
 * Starts a node at the first of the places that is free.
 * @throws NetworkError when none is
 */
export async function startAtFirstFree<Started>(
  places: readonly SocketAddress[],
  start: (place: SocketAddress) => Promise<Started>,
): Promise<Started> {
  let failure: unknown;
  for (const place of places) {
    try {
      return await start(place);
    } catch (error) {
      if (!isTaken(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

const isTaken = (error: unknown): boolean => {
  const cause = error instanceof NetworkError ? error : error instanceof Error ? error.cause : undefined;
  return cause instanceof NetworkError && ['address-in-use', 'address-not-available'].includes(cause.code);
};
