import type { NatMethod } from '../../shared/nat-text.ts';
import { defaultGateway } from '../app/default-gateway.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import { natMethodOf } from '../app/external-address-manager.ts';
import { machineAddresses } from '../app/machine-addresses.ts';
import { ipFamily, isLoopback } from '../base/ip.ts';
import { systemStreamDialer } from '../base/tcp.ts';
import { systemDatagramTransport } from '../base/udp.ts';
import { AnyFinder, PmpFinder, UpnpFinder } from '../nat/finders.ts';
import type { GatewayFinder } from '../nat/gateway.ts';
import { natRefusal } from '../nat/guard.ts';
import { NatService, type NatServiceOptions } from '../nat/port-mapping.ts';
import { createRouterHttp } from '../nat/router-http.ts';
import { SSDP_ADDRESS } from '../nat/ssdp.ts';
import { StunClient } from '../nat/stun.ts';
import type { Runtime } from './runtime.ts';

/** What the port mapping is made from. */
export interface NatParts extends Pick<NatServiceOptions, 'ports' | 'onChange'> {
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly isDemo: boolean;
  /** Whether an address may be contacted. */
  readonly allows: (ip: string) => boolean;
}

/** The port mapping of our node, not started yet. */
export function composeNat(
  { settings, isDemo, allows, ports, onChange }: NatParts,
  { clock, random, events, logger }: Runtime,
): NatService {
  const method = natMethodOf(settings);
  return new NatService({
    ...{ method, ports, onChange, clock, random, events, logger: logger.child('nat') },
    refusal: () =>
      natRefusal(method, {
        demo: isDemo,
        listenOn: [...settings.current().addresses, ...(settings.current().discoveryAddresses ?? [])],
        machineAddresses: machineAddresses(),
        allows,
      }),
    finder: finderOf(method, allows, { clock, random }),
    oracle:
      method.kind === 'stun'
        ? new StunClient({ transport: systemDatagramTransport, clock, random, server: method.server })
        : undefined,
  });
}

function finderOf(
  method: NatMethod,
  allows: (ip: string) => boolean,
  { clock, random }: Pick<Runtime, 'clock' | 'random'>,
): GatewayFinder | undefined {
  const requester = { transport: systemDatagramTransport, clock };
  const upnp = (): GatewayFinder =>
    new UpnpFinder({
      ...{ ...requester, random, allows },
      http: createRouterHttp(systemStreamDialer),
      target: SSDP_ADDRESS,
      localIps: () =>
        machineAddresses().filter((ip) => ipFamily(ip) === 'ipv4' && !isLoopback(ip) && allows(ip)),
    });
  const pmp = (gateway: string | undefined): GatewayFinder =>
    new PmpFinder({
      ...{ ...requester, allows },
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
