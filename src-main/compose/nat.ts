import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { NatStatus } from '../../shared/model/node.ts';
import type { NodeContext } from './node-context.ts';
import { systemStreamDialer } from '../base/tcp.ts';
import { createRouterHttp } from '../nat/router-http.ts';
import { canonicalIp, ipFamily, isLoopback } from '../base/ip.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { defaultGatewayIn } from '../nat/default-gateway.ts';
import { AnyFinder, PmpFinder, UpnpFinder } from '../nat/finders.ts';
import type { GatewayFinder, LocalPort } from '../nat/gateway.ts';
import { reachRefusal } from '../nat/guard.ts';
import { parseNatMethod } from '../nat/method.ts';
import type { NatMethod } from '../../shared/nat-text.ts';
import { NatService } from '../nat/port-mapping.ts';
import { SSDP_ADDRESS } from '../nat/ssdp.ts';
import { StunClient } from '../nat/stun.ts';

/**
 * The method that is set.
 * @throws NatError in one sentence where the text has an address that is none
 */
export function natMethodOf({ settings }: Pick<NodeContext, 'settings'>): NatMethod {
  return parseNatMethod(settings.current().nat);
}

/** What the status says of a node that does not run. */
export function natAtRest(context: NodeContext): NatStatus {
  return {
    method: context.settings.current().nat,
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
  context: NodeContext,
  ports: () => readonly LocalPort[],
  onChange: () => void,
): NatService {
  const { options, settings, clock, random, events, logger, allows } = context;
  const method = natMethodOf(context);
  return new NatService({
    method,
    refusal: () =>
      reachRefusal(method, {
        demo: options.demo,
        listenOn: [...settings.current().addresses, ...(settings.current().discoveryAddresses ?? [])],
        machineAddresses: machineAddresses(),
        allows,
      }),
    finder: finderOf(context, method),
    oracle:
      method.kind === 'stun'
        ? new StunClient({ transport: systemDatagramTransport, clock, random, server: method.server })
        : undefined,
    ports,
    onChange,
    clock,
    random,
    events,
    logger: logger.child('nat'),
  });
}

function finderOf({ clock, random, allows }: NodeContext, method: NatMethod): GatewayFinder | undefined {
  const requester = { transport: systemDatagramTransport, clock };
  const upnp = (): GatewayFinder =>
    new UpnpFinder({
      ...requester,
      random,
      allows,
      http: createRouterHttp(systemStreamDialer),
      target: SSDP_ADDRESS,
      localIps: () =>
        machineAddresses().filter((ip) => ipFamily(ip) === 'ipv4' && !isLoopback(ip) && allows(ip)),
    });
  const pmp = (gateway: string | undefined): GatewayFinder =>
    new PmpFinder({
      ...requester,
      allows,
      gatewayIp: () => (gateway === undefined ? defaultGateway() : Promise.resolve(gateway)),
    });
  switch (method.kind) {
    case 'any':
      return new AnyFinder([upnp(), pmp(undefined)]);
    case 'upnp':
      return upnp();
    case 'pmp':
      return pmp(method.gateway);
    case 'none':
    case 'extip':
    case 'stun':
      return undefined;
  }
}

/** Linux tells it in a file; elsewhere `pmp:IP` names it. */
async function defaultGateway(): Promise<string | undefined> {
  try {
    return defaultGatewayIn(await readFile('/proc/net/route', 'utf8'));
  } catch {
    return undefined;
  }
}
