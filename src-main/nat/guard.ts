import { isLoopback } from '../base/ip.ts';
import type { NatMethod } from '../../shared/nat-text.ts';

/** What decides whether anything may be sent to a gateway or a STUN server at all. */
export interface ReachSurroundings {
  /** The private network inside the process. */
  readonly demo: boolean;
  /** Addresses that the node listens on, as they were given: `0.0.0.0` for all. */
  readonly listenOn: readonly string[];
  /** Addresses of the machine's interfaces, loopback or not. */
  readonly machineAddresses: readonly string[];
  /** Whether --netrestrict lets us speak to an address. */
  readonly allows: (ip: string) => boolean;
}

/**
 * Why nothing may be sent to a gateway or server, in a sentence; undefined when it may. Where the node speaks to nobody
 * outside this machine, or to networks alone that the machine's own is none of, no search may leave it either.
 */
export function reachRefusal(method: NatMethod, around: ReachSurroundings): string | undefined {
  if (around.demo) return 'The demo stays inside this machine: no gateway is asked.';
  const target = targetOf(method);
  if (target !== undefined && !around.allows(target))
    return `The setting “Allowed networks” leaves out ${target}: it is not asked.`;
  // What is named in the settings and allowed may be on this machine.
  if (target !== undefined && isLoopback(target)) return undefined;
  if (around.listenOn.every(isLoopback)) return 'The node listens on loopback alone: no gateway is asked.';
  const addresses = around.machineAddresses.filter((ip) => !isLoopback(ip));
  if (addresses.length === 0) return 'This machine has loopback addresses alone: there is no gateway to ask.';
  if (target === undefined && !addresses.some((ip) => around.allows(ip)))
    return 'The setting “Allowed networks” leaves out this machine’s own network: no gateway is asked.';
  return undefined;
}

function targetOf(method: NatMethod): string | undefined {
  if (method.kind === 'stun') return method.server.ip;
  return method.kind === 'pmp' ? method.gateway : undefined;
}
