/** Interface of a gateway, independent of its protocol. */

/** Transport protocols of port mappings. */
export type MappedProtocol = 'tcp' | 'udp';

/** A local port that should be reachable from the internet. */
export interface LocalPort {
  readonly protocol: MappedProtocol;
  readonly port: number;
}

/** A requested mapping. */
export interface MapRequest {
  readonly protocol: MappedProtocol;
  readonly internalPort: number;
  /** Preferred external port; the gateway may assign another. */
  readonly externalPort: number;
  readonly lifetimeMs: number;
}

/** A granted mapping. */
export interface GrantedMapping {
  readonly externalPort: number;
  /** Infinity for a permanent mapping. */
  readonly lifetimeMs: number;
  /** Whether the mapping is on another WAN connection than the last reported external address, which must be requested again. */
  readonly isElsewhere?: boolean;
}

/** A gateway. Every method rejects with a NatError, with code `aborted` when its signal is aborted. */
export interface Gateway {
  /** `UPnP at 192.168.1.1`. */
  readonly name: string;
  /** Requests the external address: canonical text, public or not. */
  externalIp(signal: AbortSignal): Promise<string>;
  /** Creates or renews a mapping. */
  map(request: MapRequest, signal: AbortSignal): Promise<GrantedMapping>;
  unmap(mapping: LocalPort & { readonly externalPort: number }, signal: AbortSignal): Promise<void>;
  /** Closes its sockets. Mappings stay. */
  close(): Promise<void>;
}

/** Looks for a gateway. */
export interface GatewayFinder {
  /** @throws NatError `no-gateway` in one sentence, or `aborted` */
  find(signal: AbortSignal): Promise<Gateway>;
}
