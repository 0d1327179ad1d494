import { networkInterfaces } from 'node:os';
import type { NatStatus } from '../../shared/model/node.ts';
import type { Ground } from './ground.ts';
import { canonicalIp } from '../leaf/ip.ts';
import type { LocalPort } from '../nat/gateway.ts';
import { reachRefusal } from '../nat/guard.ts';
import { parseNatMethod, type NatMethod } from '../nat/method.ts';
import { NatService } from '../nat/port-mapping.ts';

/**
 * The method that is set.
 * @throws NatError in one sentence where the text has an address that is none
 */
export function natMethodOf({ settings }: Pick<Ground, 'settings'>): NatMethod {
  return parseNatMethod(settings.current().nat);
}

/** What the status says of a node that does not run. */
export function natAtRest(ground: Ground): NatStatus {
  return {
    method: ground.settings.current().nat,
    state: 'off',
    gateway: null,
    mappings: [],
    failure: null,
    nextTryAt: null,
  };
}

/** Addresses of the machine's interfaces in canonical text, loopback and link-local among them. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address }) => canonicalIp(address))
    .filter((ip) => ip !== undefined);
}

/** The port mapping of a node, not started yet. */
export function composeNat(
  ground: Ground,
  ports: () => readonly LocalPort[],
  onChange: () => void,
): NatService {
  const { options, settings, clock, random, events, logger, allows } = ground;
  const method = natMethodOf(ground);
  return new NatService({
    method,
    refusal: () =>
      reachRefusal(method, {
        demo: options.demo,
        listenOn: [...settings.current().addresses, ...(settings.current().discoveryAddresses ?? [])],
        machineAddresses: machineAddresses(),
        allows,
      }),
    ports,
    onChange,
    clock,
    random,
    events,
    logger: logger.child('nat'),
  });
}
