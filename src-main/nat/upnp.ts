/**
 * Port mapping by UPnP with the WAN connection services of Internet Gateway Devices of both versions.
 * @see https://openconnectivity.org/developer/specifications/upnp-resources/upnp/internet-gateway-device-igd-v-2-0/
 */
import { canonicalIp, isUnspecified } from '../base/ip.ts';
import type { Clock, Random } from '../base/runtime.ts';
import { NatError } from './errors.ts';
import type { Gateway, GrantedMapping, LocalPort, MappedProtocol, MapRequest } from './gateway.ts';
import { isPublicAddress } from './external-address.ts';
import type { RouterHttp } from './router-http.ts';
import { askRouter, callAction, UPNP_ERRORS, UpnpRefusal, type SoapField } from './soap.ts';
import type { FoundDevice } from './ssdp.ts';
import { servicesIn, type UpnpService } from './upnp-services.ts';
import { textIn, XmlError, type XmlElement } from './xml.ts';

/**
 * Errors of a mapping with a lease after which a permanent mapping is tried. The specification has 725; routers
 * without leases also return invalid argument or action failed.
 */
const LEASE_REFUSALS: readonly number[] = [
  UPNP_ERRORS.permanentOnly,
  UPNP_ERRORS.invalidArgs,
  UPNP_ERRORS.actionFailed,
];

/** Number of random external ports to try when ours is taken, and the lowest of them (geth p2p/nat/natupnp.go: random, from 10000). */
const FREE_PORT_DRAWS = 3;
const LOWEST_DRAWN_PORT = 10_000;

/** BOUNDED: length of a description, bytes. */
const MAX_DESCRIPTION_SIZE = 256 * 1024;

/** Time limit of one of several services before the next is tried, milliseconds (our choice: a third of that of a request). */
const SERVICE_LIMIT_MS = 3_000;

/** Description of the mapping in the list of the gateway. */
const MAPPING_NAME = 'Enodeck';

/** Dependencies of a UPnP gateway. */
export interface UpnpOptions {
  readonly http: RouterHttp;
  readonly random: Random;
  readonly clock: Clock;
}

/**
 * Reads the description of a device; undefined when it cannot map ports.
 * @throws NatError `bad-answer` when it cannot be read
 */
export async function openUpnpGateway(
  options: UpnpOptions,
  { description, localIp }: FoundDevice,
  signal: AbortSignal,
): Promise<Gateway | undefined> {
  const name = `UPnP at ${description.hostname}`;
  const question = { method: 'GET', maxBytes: MAX_DESCRIPTION_SIZE, signal } as const;
  const { status, body } = await askRouter(options.http, name, description, question);
  if (status !== 200)
    throw new NatError('bad-answer', `${name} returns no description: HTTP status ${String(status)}.`);
  const services = describedServices(name, body, description);
  return services.length === 0 ? undefined : new UpnpGateway(options, name, services, localIp);
}

function describedServices(name: string, xml: string, description: URL): UpnpService[] {
  try {
    return servicesIn(xml, description);
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new NatError('bad-answer', `${name} returns a description that is not XML.`, { cause });
  }
}

/** External address of the WAN connection of a service, or the failure to get it. */
interface Connection {
  readonly service: UpnpService;
  readonly ip: string | undefined;
  readonly failure: unknown;
}

/**
 * A gateway with one or several services, one per WAN connection, some of which may not be in use. Prefers the
 * connection with a public address, then one with any address, then the others.
 */
class UpnpGateway implements Gateway {
  readonly name: string;
  readonly #options: UpnpOptions;
  readonly #localIp: string;
  /** In order of preference. BOUNDED: MAX_SERVICES. */
  #services: readonly UpnpService[];
  /** Service whose external address was returned last. */
  #lastReported: UpnpService | undefined;
  /** Service that holds the mapping of each protocol. BOUNDED: one per protocol. */
  readonly #mappedBy = new Map<MappedProtocol, UpnpService>();

  constructor(options: UpnpOptions, name: string, services: readonly UpnpService[], localIp: string) {
    this.#options = options;
    this.name = name;
    this.#services = services;
    this.#localIp = localIp;
  }

  async externalIp(signal: AbortSignal): Promise<string> {
    const connections = await Promise.all(
      this.#services.map((service) => this.#connectionOf(service, signal)),
    );
    // A service with mapped ports wins a tie, because peers can connect there already.
    const sorted = connections.toSorted((a, b) => this.#preference(b) - this.#preference(a));
    const [best] = sorted;
    if (best?.ip === undefined) throw best?.failure;
    this.#services = sorted.map(({ service }) => service);
    this.#lastReported = best.service;
    return best.ip;
  }

  async map(request: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    let failure: unknown;
    for (const service of this.#services) {
      try {
        const isLast = service === this.#services.at(-1);
        const granted = await this.#within(isLast, signal, (limit) => this.#mapBy(service, request, limit));
        this.#mappedBy.set(request.protocol, service);
        // The mapping of the other protocol belongs on the same connection.
        this.#services = [service, ...this.#services.filter((other) => other !== service)];
        const isElsewhere = this.#lastReported !== undefined && this.#lastReported !== service;
        return isElsewhere ? { ...granted, isElsewhere } : granted;
      } catch (error) {
        if (signal.aborted) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  async unmap(mapping: LocalPort & { readonly externalPort: number }, signal: AbortSignal): Promise<void> {
    const service = this.#mappedBy.get(mapping.protocol) ?? this.#services[0];
    if (service === undefined) return;
    const fields: SoapField[] = [
      ['NewRemoteHost', ''],
      ['NewExternalPort', String(mapping.externalPort)],
      ['NewProtocol', mapping.protocol.toUpperCase()],
    ];
    try {
      await this.#call(service, 'DeletePortMapping', fields, signal);
    } catch (error) {
      if (!(error instanceof UpnpRefusal) || error.upnpCode !== UPNP_ERRORS.noSuchMapping) throw error;
    }
    this.#mappedBy.delete(mapping.protocol);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #connectionOf(service: UpnpService, signal: AbortSignal): Promise<Connection> {
    try {
      const isAlone = this.#services.length === 1;
      const answer = await this.#within(isAlone, signal, (limit) =>
        this.#call(service, 'GetExternalIPAddress', [], limit),
      );
      return { service, ip: this.#addressIn(answer), failure: undefined };
    } catch (failure) {
      return { service, ip: undefined, failure };
    }
  }

  #addressIn(answer: readonly XmlElement[]): string {
    const text = textIn(answer, 'newexternalipaddress') ?? '';
    const ip = canonicalIp(text);
    if (text === '' || (ip !== undefined && isUnspecified(ip)))
      throw new NatError('bad-answer', `${this.name} has no external address: it is not connected.`);
    if (ip === undefined) throw new NatError('bad-answer', `${this.name} returned an invalid address.`);
    return ip;
  }

  #preference({ service, ip }: Connection): number {
    if (ip === undefined) return 0;
    const isUsed = [...this.#mappedBy.values()].includes(service);
    return (isPublicAddress(ip) ? 3 : 1) + (isUsed ? 1 : 0);
  }

  async #mapBy(service: UpnpService, request: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    let conflict: unknown;
    for (let draws = 0; draws <= FREE_PORT_DRAWS; draws++) {
      const externalPort = draws === 0 ? request.externalPort : this.#drawPort();
      try {
        return await this.#mapAt(service, { ...request, externalPort }, signal);
      } catch (error) {
        const isTaken = error instanceof NatError && error.code === 'port-taken';
        conflict ??= error;
        if (!isTaken) break;
      }
    }
    throw conflict;
  }

  async #mapAt(service: UpnpService, request: MapRequest, signal: AbortSignal): Promise<GrantedMapping> {
    const { externalPort, lifetimeMs } = request;
    try {
      await this.#call(service, 'AddPortMapping', this.#mappingFields(request, lifetimeMs), signal);
      return { externalPort, lifetimeMs };
    } catch (error) {
      if (!(error instanceof UpnpRefusal) || !LEASE_REFUSALS.includes(error.upnpCode)) throw error;
      // Some gateways support no leases: the mapping stays until it is removed.
      await this.#call(service, 'AddPortMapping', this.#mappingFields(request, 0), signal);
      return { externalPort, lifetimeMs: Infinity };
    }
  }

  #mappingFields({ protocol, internalPort, externalPort }: MapRequest, lifetimeMs: number): SoapField[] {
    return [
      ['NewRemoteHost', ''],
      ['NewExternalPort', String(externalPort)],
      ['NewProtocol', protocol.toUpperCase()],
      ['NewInternalPort', String(internalPort)],
      ['NewInternalClient', this.#localIp],
      ['NewEnabled', '1'],
      ['NewPortMappingDescription', MAPPING_NAME],
      ['NewLeaseDuration', String(Math.ceil(lifetimeMs / 1_000))],
    ];
  }

  #drawPort(): number {
    return LOWEST_DRAWN_PORT + this.#options.random.below(0x10000 - LOWEST_DRAWN_PORT);
  }

  #call(
    service: UpnpService,
    name: string,
    fields: readonly SoapField[],
    signal: AbortSignal,
  ): Promise<readonly XmlElement[]> {
    return callAction(this.#options.http, service, { gateway: this.name, name, fields }, signal);
  }

  /** Limits an action to SERVICE_LIMIT_MS, unless it is the only or last service (`all`). */
  async #within<T>(
    all: boolean,
    signal: AbortSignal,
    action: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (all) return action(signal);
    const limit = new AbortController();
    const timer = this.#options.clock.after(SERVICE_LIMIT_MS, () => {
      limit.abort();
    });
    try {
      return await action(AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      if (!limit.signal.aborted || signal.aborted) throw error;
      throw new NatError('no-answer', `${this.name} did not answer in time.`, { cause: error });
    } finally {
      timer.cancel();
    }
  }
}
