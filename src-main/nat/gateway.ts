/** What a port mapping needs of a gateway, whichever protocol it speaks. */

/** The two protocols that ports are mapped for. */
export type MappedProtocol = 'tcp' | 'udp';

/** A port of ours that others are to reach. */
export interface LocalPort {
  readonly protocol: MappedProtocol;
  readonly port: number;
}

/** What is asked of a gateway. */
export interface MapRequest {
  readonly protocol: MappedProtocol;
  readonly internalPort: number;
  /** The port that we would like outside; the gateway may give another. */
  readonly externalPort: number;
  readonly lifetimeMs: number;
}

/** What the gateway gave. */
export interface GrantedMapping {
  readonly externalPort: number;
  /** Infinity where the gateway knows no end. */
  readonly lifetimeMs: number;
  /** Whether it is on another connection than the one whose address was told: that is to be asked for again. */
  readonly isElsewhere?: boolean;
}

/** A gateway that was found. Every method rejects with a NatError, `aborted` once its signal is. */
export interface Gateway {
  /** `UPnP at 192.168.1.1`. */
  readonly name: string;
  /** The address by which the internet knows it: canonical text, of whatever kind. */
  externalIp(signal: AbortSignal): Promise<string>;
  /** Makes a mapping, or prolongs the one that is there. */
  map(request: MapRequest, signal: AbortSignal): Promise<GrantedMapping>;
  unmap(mapping: LocalPort & { readonly externalPort: number }, signal: AbortSignal): Promise<void>;
  /** Lets go of its sockets; mappings stay. */
  close(): Promise<void>;
}

/** Looks for a gateway. */
export interface GatewayFinder {
  /** @throws NatError `no-gateway` in one sentence, or `aborted` */
  find(signal: AbortSignal): Promise<Gateway>;
}
