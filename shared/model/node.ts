import type { SettingKey } from '../settings-table.ts';
import type { HealthAction } from './health-action.ts';

/** What the node says about itself; plain data, safe to send to any window. Times are Unix milliseconds. */
export interface NodeStatus {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
  /** Why it is `failed`: a stable code and a sentence with what to do. */
  readonly failure: NodeFailure | null;
  readonly mode: 'desktop' | 'headless';
  readonly version: string;
  /** The client name that Hello announces, `Enodeck/v0.1.0/linux-x64/node20.20.2`. */
  readonly clientName: string;
  readonly startedAt: number | null;
  readonly dataFolder: string;
  readonly network: NetworkInfo;
  readonly identity: NodeIdentity;
  readonly listening: readonly ListeningAddress[];
  readonly external: readonly ExternalAddress[];
  /** Protocols offered in Hello, `eth/68`, in alphabetical order. */
  readonly capabilities: readonly string[];
  readonly limits: PeerLimits;
  readonly peers: PeerTotals;
  readonly health: readonly HealthCheck[];
  readonly nat: NatStatus;
  /** Our clock against that of the nodes that wrote to us; null before enough of them did. */
  readonly clock: ClockStatus | null;
}

/** Why the node did not start. */
export interface NodeFailure {
  readonly code: string;
  readonly message: string;
  /** The setting that keeps it from starting, which can be reset; null where it is none. */
  readonly setting: { readonly key: SettingKey; readonly title: string } | null;
}

/** How the node makes itself reachable through a gateway. Times are Unix milliseconds. */
export interface NatStatus {
  /** As it is set: `any`, `none`, `upnp`, `pmp`, `pmp:IP`, `extip:IP`, `stun:IP:PORT`. */
  readonly method: string;
  readonly state: 'off' | 'searching' | 'mapped' | 'partial' | 'failed' | 'known';
  /** `UPnP at 192.168.1.1`; null before one was found. */
  readonly gateway: string | null;
  readonly mappings: readonly PortMapping[];
  /** Why it did not work, in a sentence. */
  readonly failure: string | null;
  readonly nextTryAt: number | null;
}

/** A port that a gateway forwards to us. */
export interface PortMapping {
  readonly protocol: 'tcp' | 'udp';
  readonly internalPort: number;
  readonly externalPort: number;
  readonly expiresAt: number;
}

/** The clock as others see it. */
export interface ClockStatus {
  /** How far their clocks are ahead of ours, milliseconds: the median. */
  readonly offsetMs: number;
  /** Nodes that it was taken from. */
  readonly samples: number;
}

/** The chain that the node belongs to. */
export interface NetworkInfo {
  readonly name: string;
  /** Decimal; may exceed 2^53. */
  readonly networkId: string;
  /** Decimal; that of the chain's own configuration. */
  readonly chainId: string;
  readonly genesisHash: string;
  /** EIP-2124 fork ID now: 4 bytes as 0x hex, and the next fork (decimal; 0 when none is known). */
  readonly forkId: { readonly hash: string; readonly next: string };
  /** Fork times that the setting "Fork times" puts over the network's own, `amsterdam=1791294816`. */
  readonly forkOverrides: readonly string[];
  /** True for the private network inside the process that `--demo` starts. */
  readonly demo: boolean;
}

/** The node's public identity; the private key is never part of any view. */
export interface NodeIdentity {
  readonly id: string;
  readonly publicKey: string;
  readonly enode: string;
  readonly enr: string;
  /** Decimal sequence number of the record. */
  readonly seq: string;
}

/** A socket that is open. */
export interface ListeningAddress {
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  readonly port: number;
}

/** Our address as others see it, one of each family. */
export interface ExternalAddress {
  readonly ip: string;
  readonly source: 'votes' | 'nat' | 'stun' | 'flag' | 'interface';
  /** Nodes that named this address within the vote's window; 0 when the address was not voted for. */
  readonly votes: number;
}

/** The limits in force. */
export interface PeerLimits {
  readonly maxPeers: number;
  /** Inbound handshakes and dials that may be under way. */
  readonly maxPendingInbound: number;
  readonly maxPendingOutbound: number;
  readonly dialRatio: number;
  /** Of `maxPeers`, how many may be dialled by us and how many may come in. */
  readonly maxDialed: number;
  readonly maxInbound: number;
}

/** How many peers there are, by kind. `inbound` and `outbound` add up to `total`; the rest count across them. */
export interface PeerTotals {
  readonly total: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly static: number;
  readonly trusted: number;
  readonly dialing: number;
  readonly dialSlots: number;
  /** Nodes that wait for the end of a backoff or of the dial history. */
  readonly waiting: number;
  /** Nodes in the database. */
  readonly known: number;
}

/** One line of the health list: a sentence, its state and the evidence. */
export interface HealthCheck {
  readonly id: string;
  readonly state: 'good' | 'look' | 'bad' | 'pending';
  readonly title: string;
  readonly evidence: string;
  readonly advice: string | null;
  /** What can be done about it at once, the first choice first. BOUNDED: 3. */
  readonly actions?: readonly HealthAction[];
}
