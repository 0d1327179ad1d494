import type { CauseCode, EndCode } from '../causes/catalogue.ts';
import type { Failure } from '../causes/facts.ts';
import type { SettingKey } from '../settings-table.ts';
import type { HealthAction } from './health-action.ts';

/** What a dial on request led to. */
export interface DialResult {
  readonly connected: boolean;
  /** Why there is no session; null when there is one. */
  readonly code: EndCode | null;
  /** The same as a sentence. */
  readonly refusal: string | null;
}

/** The state of the local node; plain data without secrets. Times are Unix milliseconds. */
export interface NodeStatus {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
  /** Why the phase is `failed`; null in other phases. */
  readonly failure: NodeFailure | null;
  readonly mode: 'desktop' | 'headless';
  readonly version: string;
  /** The client name in Hello, `Enodeck/v0.1.0/linux-x64/node20.20.2`. */
  readonly clientName: string;
  readonly startedAt: number | null;
  readonly dataFolder: string;
  /** Whether the node waits for the choice at the first start of its data folder. */
  readonly firstStart: boolean;
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
  /** Clock offset measured from received packets; null before there are enough samples. */
  readonly clock: ClockStatus | null;
}

/** Why the node did not start: a stable code and a sentence with what to do. */
export interface NodeFailure {
  readonly code: CauseCode;
  readonly message: string;
  /** The setting that prevents the start and can be reset; null if it is none. */
  readonly setting: { readonly key: SettingKey; readonly title: string } | null;
}

/** A warning about the storage of the node key: its file is readable by others, or the keyring failed. */
export interface KeyWarning {
  readonly code: Extract<CauseCode, 'key-readable-by-others' | 'keyring-failed'>;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** The state of NAT port mapping. Times are Unix milliseconds. */
export interface NatStatus {
  /** The value of the setting: `any`, `none`, `upnp`, `pmp`, `pmp:IP`, `extip:IP`, `stun:IP:PORT`. */
  readonly method: string;
  readonly state: 'off' | 'searching' | 'mapped' | 'partial' | 'failed' | 'known';
  /** `UPnP at 192.168.1.1`; null before a gateway was found. */
  readonly gateway: string | null;
  readonly mappings: readonly PortMapping[];
  /** Why the last attempt failed; the message is a sentence. */
  readonly failure: Failure | null;
  readonly nextTryAt: number | null;
}

/** A port that the gateway forwards to this node. */
export interface PortMapping {
  readonly protocol: 'tcp' | 'udp';
  readonly internalPort: number;
  readonly externalPort: number;
  readonly expiresAt: number;
}

/** The local clock compared with other nodes. */
export interface ClockStatus {
  /** Median of their clock minus our clock, milliseconds. */
  readonly offsetMs: number;
  /** Nodes in the sample. */
  readonly samples: number;
}

/** The chain of the node. */
export interface NetworkInfo {
  readonly name: string;
  /** Decimal; may exceed 2^53. */
  readonly networkId: string;
  /** Decimal; from the chain's configuration. */
  readonly chainId: string;
  readonly genesisHash: string;
  /** Current fork ID (EIP-2124): 4 bytes as 0x hex, and the next fork as decimal block or time; 0 if none is known. */
  readonly forkId: { readonly hash: string; readonly next: string };
  /** Overrides of the setting "Fork times", `amsterdam=1791294816`. */
  readonly forkOverrides: readonly string[];
  /** True for the private network of `--demo`. */
  readonly demo: boolean;
}

/** The public identity of the node; no model contains the private key. */
export interface NodeIdentity {
  readonly id: string;
  readonly publicKey: string;
  readonly enode: string;
  readonly enr: string;
  /** Decimal sequence number of the ENR. */
  readonly seq: string;
  /** Node ID after the next start of the program, when the node key was replaced; null when it stays the same. */
  readonly nextId: string | null;
}

/** A listening socket. */
export interface ListeningAddress {
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  readonly port: number;
  /** UDP sockets only, if the system reports it. */
  readonly receiveBuffer?: ReceiveBuffer;
}

/** The receive buffer of a UDP socket, in bytes. */
export interface ReceiveBuffer {
  readonly bytes: number;
  /** The requested size; the system may limit it. */
  readonly requested: number;
}

/** An external address of the node; at most one per family. */
export interface ExternalAddress {
  readonly ip: string;
  readonly source: 'votes' | 'nat' | 'stun' | 'flag' | 'interface';
  /** Nodes that reported this address within the voting window; 0 for other sources. */
  readonly votes: number;
}

/** The current limits. */
export interface PeerLimits {
  readonly maxPeers: number;
  /** Maximum inbound handshakes and maximum dials in progress. */
  readonly maxPendingInbound: number;
  readonly maxPendingOutbound: number;
  readonly dialRatio: number;
  /** Parts of `maxPeers`: outbound and inbound slots. */
  readonly maxDialed: number;
  readonly maxInbound: number;
}

/** Numbers of peers. `inbound` and `outbound` add up to `total`; `static` and `trusted` count peers of both. */
export interface PeerTotals {
  readonly total: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly static: number;
  readonly trusted: number;
  readonly dialing: number;
  readonly dialSlots: number;
  /** Nodes in backoff or in the dial history. */
  readonly waiting: number;
  /** Nodes of the database, the discovery tables, the node lists and the sessions; each once. */
  readonly known: number;
  /** Nodes in the database. */
  readonly stored: number;
}

/** One health check: a sentence, its state and the evidence. */
export interface HealthCheck {
  readonly id: string;
  readonly state: 'good' | 'warning' | 'bad' | 'pending';
  readonly title: string;
  readonly evidence: string;
  readonly advice: string | null;
  /** What the user can do, the best action first. BOUNDED: 3. */
  readonly actions?: readonly HealthAction[];
}
