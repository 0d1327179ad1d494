import type { NetworkName } from '../settings/network.ts';

/** What the choice at the first start shows. No packet is sent for it. */
export interface FirstStartFacts {
  readonly network: NetworkName;
  /** The port of the settings; 0: the system chooses one. */
  readonly port: number;
  /** Whether the port is free for TCP and UDP at this moment. */
  readonly isPortFree: boolean;
  /** A free port in place of it; null when the port is free, or when none was found. */
  readonly freePort: number | null;
  /** The value of the setting `nat`, as NatStatus.method. */
  readonly nat: string;
  /** The machine's IPv4 address that others reach best; null when it has none but loopback. */
  readonly address: { readonly ip: string; readonly isPublic: boolean } | null;
  /** The IPv4 address of the default gateway; null where there is none or the system does not say. */
  readonly gateway: string | null;
}
