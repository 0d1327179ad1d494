import type { Failure } from '../../shared/causes/facts.ts';
import { isLoopback } from '../base/ip.ts';
import type { NatMethod } from '../../shared/nat-text.ts';

/** Facts that decide whether the node may send to a gateway or a STUN server. */
export interface NatGuardFacts {
  /** Whether the node runs the demo network. */
  readonly demo: boolean;
  /** Addresses that the node listens on; `0.0.0.0` for all. */
  readonly listenOn: readonly string[];
  /** Addresses of all network interfaces, including loopback. */
  readonly machineAddresses: readonly string[];
  /** Whether the setting "Allowed networks" includes an address. */
  readonly allows: (ip: string) => boolean;
}

/**
 * Returns why the node must not send to a gateway or server, with a sentence; undefined when it may. A node that is
 * restricted to this machine, or to networks that do not include the local network, must not send searches either.
 */
export function natRefusal(method: NatMethod, around: NatGuardFacts): Failure | undefined {
  if (around.demo) return noGateway('The demo uses loopback only: no gateway is queried.');
  const target = targetOf(method);
  if (target !== undefined && !around.allows(target))
    return notAllowed(`The setting “Allowed networks” does not include ${target}: it is not queried.`);
  // A configured and allowed target may be on this machine.
  if (target !== undefined && isLoopback(target)) return undefined;
  if (around.listenOn.every(isLoopback))
    return noGateway('The node listens on loopback only: no gateway is queried.');
  const addresses = around.machineAddresses.filter((ip) => !isLoopback(ip));
  if (addresses.length === 0)
    return noGateway('This machine has only loopback addresses: there is no gateway.');
  if (target === undefined && !addresses.some((ip) => around.allows(ip)))
    return notAllowed(
      'The setting “Allowed networks” does not include the local network: no gateway is queried.',
    );
  return undefined;
}

const noGateway = (message: string): Failure => ({ code: 'no-gateway', message });
const notAllowed = (message: string): Failure => ({ code: 'not-netrestricted', message });

function targetOf(method: NatMethod): string | undefined {
  if (method.kind === 'stun') return method.server.ip;
  return method.kind === 'pmp' ? method.gateway : undefined;
}
