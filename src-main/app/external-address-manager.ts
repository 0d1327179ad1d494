import type { ExternalAddress, NatStatus } from '../../shared/model/node.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { parseNatMethod } from '../nat/method.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { ipFamily, isUnspecified } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { LocalPort } from '../nat/gateway.ts';
import type { NatMethod } from '../../shared/nat-text.ts';
import type { NatService } from '../nat/port-mapping.ts';

/** Both families, IPv4 first. */
export const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

/** The TCP listener. */
export interface TcpEndpoint {
  readonly port: number;
  readonly families: readonly AddressFamily[];
}

/** The settings as they are now. */
type Settings = Pick<EffectiveSettings, 'current'>;

/** Constructor arguments of ExternalAddressManager. */
export interface ExternalAddressParts {
  readonly settings: Settings;
  /** Our record, whose endpoints the manager sets. */
  readonly record: LocalRecord;
  /**
   * Creates the port mapping, not started yet.
   * @param ports the local ports to map, at the moment
   * @param onChange called when a mapping or the gateway's address has changed
   */
  readonly createNat: (ports: () => readonly LocalPort[], onChange: () => void) => NatService;
}

/**
 * The method of the setting `nat`.
 * @throws NatError in one sentence for an invalid address
 */
export function natMethodOf(settings: Settings): NatMethod {
  return parseNatMethod(settings.current().nat);
}

/** The NAT status of a stopped node. */
export function natAtRest(settings: Settings): NatStatus {
  const { nat: method } = settings.current();
  return { method, state: 'off', gateway: null, mappings: [], failure: null, nextTryAt: null };
}

/**
 * Selects our external addresses for the record and the status, in this order: the address of the user, that of the
 * gateway or STUN server, the one that other nodes agree on, the address that we listen on.
 */
export class ExternalAddressManager {
  readonly #settings: Settings;
  readonly #record: LocalRecord;
  readonly #method: NatMethod;
  readonly #nat: NatService;
  #discovery: Discovery | undefined;
  #tcp: TcpEndpoint = { port: 0, families: [] };

  constructor({ settings, record, createNat }: ExternalAddressParts) {
    this.#settings = settings;
    this.#record = record;
    this.#method = natMethodOf(settings);
    this.#nat = createNat(
      () => this.#localPorts(),
      () => {
        this.update();
      },
    );
  }

  /** Sets what the node listens on, and updates the local ENR. */
  listening(discovery: Discovery | undefined, tcp: TcpEndpoint): void {
    this.#discovery = discovery;
    this.#tcp = tcp;
    this.update();
  }

  /** Starts the port mapping. */
  start(): Promise<void> {
    return this.#nat.start();
  }

  /** Removes the mappings. */
  stop(): Promise<void> {
    return this.#nat.stop();
  }

  /** Determines our address again after a sleep, or in another network (`isElsewhere`). */
  renew(isElsewhere: boolean): void {
    if (isElsewhere) this.#discovery?.vote.forget();
    this.#nat.renew(isElsewhere);
    this.update();
  }

  nat(): NatStatus {
    return this.#nat.status();
  }

  /** Our external addresses, at most one per family. */
  external(): readonly ExternalAddress[] {
    return FAMILIES.map((family) => this.#address(family)).filter((address) => address !== undefined);
  }

  /** Updates the endpoints of the local ENR. */
  update(): void {
    const [udp4, udp6] = FAMILIES.map((family) => this.#udpPort(family));
    for (const family of FAMILIES) {
      const udp = (family === 'ipv4' ? udp4 : udp6) ?? 0;
      const asked = this.#listenOn().some((ip) => ipFamily(ip) === family);
      const isListening = asked && (udp > 0 || this.#tcp.families.includes(family));
      const endpoint = isListening ? this.#endpoint(family, udp) : undefined;
      this.#record.setEndpoint(family, endpoint);
    }
  }

  #endpoint(family: AddressFamily, udp: number): { ip: string | undefined; udp: number; tcp: number } {
    const address = this.#address(family);
    const tcp = this.#tcp.port;
    const voted = address?.source === 'votes' ? this.#discovery?.vote.outcome(family)?.port : undefined;
    // Gateways translate IPv4.
    const outer = (port: LocalPort): number | undefined =>
      family === 'ipv4' ? this.#nat.externalPort(port) : undefined;
    return {
      ip: address?.ip,
      udp: udp === 0 ? 0 : (outer({ protocol: 'udp', port: udp }) ?? voted ?? udp),
      tcp: tcp === 0 ? 0 : (outer({ protocol: 'tcp', port: tcp }) ?? tcp),
    };
  }

  #address(family: AddressFamily): ExternalAddress | undefined {
    const method = this.#method;
    if (method.kind === 'extip' && ipFamily(method.ip) === family)
      return { ip: method.ip, source: 'flag', votes: 0 };
    const voted = this.#discovery?.vote.outcome(family);
    const outer = this.#nat.external(family);
    if (outer !== undefined) return { ...outer, votes: voted?.ip === outer.ip ? voted.votes : 0 };
    if (voted !== undefined) return { ip: voted.ip, source: 'votes', votes: voted.votes };
    const bound = this.#listenOn().find((ip) => ipFamily(ip) === family);
    return bound === undefined || isUnspecified(bound)
      ? undefined
      : { ip: bound, source: 'interface', votes: 0 };
  }

  /** The configured addresses; the open ones are those of the sockets. */
  #listenOn(): readonly string[] {
    const { addresses, discoveryAddresses } = this.#settings.current();
    return [...addresses, ...(discoveryAddresses ?? [])];
  }

  #udpPort(family: AddressFamily): number {
    return this.#discovery?.socket.local(family)?.port ?? 0;
  }

  #localPorts(): LocalPort[] {
    const ports: LocalPort[] = [];
    if (this.#tcp.families.includes('ipv4')) ports.push({ protocol: 'tcp', port: this.#tcp.port });
    const udp = this.#udpPort('ipv4');
    if (udp > 0) ports.push({ protocol: 'udp', port: udp });
    return ports;
  }
}
