import { readFile } from 'node:fs/promises';
import type { NodeContext } from './node-context.ts';
import { systemStreamDialer } from '../base/tcp.ts';
import { createRouterHttp } from '../nat/router-http.ts';
import { ipFamily, isLoopback } from '../base/ip.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { defaultGatewayIn } from '../nat/default-gateway.ts';
import { AnyFinder, PmpFinder, UpnpFinder } from '../nat/finders.ts';
import type { GatewayFinder, LocalPort } from '../nat/gateway.ts';
import { natRefusal } from '../nat/guard.ts';
import { natMethodOf } from '../app/external-address-manager.ts';
import { machineAddresses } from '../app/machine-addresses.ts';
import type { NatMethod } from '../../shared/nat-text.ts';
import { NatService } from '../nat/port-mapping.ts';
import { SSDP_ADDRESS } from '../nat/ssdp.ts';
import { StunClient } from '../nat/stun.ts';

/** The port mapping of a node, not started yet. */
export function composeNat(
  context: Pick<NodeContext, 'options' | 'settings' | 'clock' | 'random' | 'events' | 'logger' | 'allows'>,
  ports: () => readonly LocalPort[],
  onChange: () => void,
): NatService {
  const { options, settings, clock, random, events, logger, allows } = context;
  const method = natMethodOf(settings);
  return new NatService({
    method,
    refusal: () =>
      natRefusal(method, {
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

function finderOf(
  { clock, random, allows }: Pick<NodeContext, 'clock' | 'random' | 'allows'>,
  method: NatMethod,
): GatewayFinder | undefined {
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
