import type { ChainView } from '../../shared/model/chain.ts';
import type {
  ClockStatus,
  ExternalAddress,
  HealthCheck,
  KeyWarning,
  NatStatus,
  PeerLimits,
  PeerTotals,
} from '../../shared/model/node.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import type { UnknownFork } from './unknown-forks.ts';

/** Input of the checks of forks. */
export interface ForkFacts {
  /** The unknown fork that the most address groups announce; undefined if there is none. */
  readonly unknownFork: UnknownFork | undefined;
  /** Fork times of the setting “Fork times”, `amsterdam=1791294816`. */
  readonly forkOverrides: readonly string[];
}

/** A recovery of the database: texts about the damage and the kept entries. */
interface RecoveryFacts {
  readonly damage: string;
  readonly kept: string;
  /** Path of the damaged files. */
  readonly copy: string;
  /** Whether the repair failed, so that the new database is empty. */
  readonly replaced: boolean;
}

/** A disk that is short of space. */
export interface SpaceFacts {
  /** A folder on it that the program writes to. */
  readonly folder: string;
  readonly freeBytes: number;
  /** `critical`: it will soon be full. */
  readonly level: 'low' | 'critical';
}

/** Input of the checks of database and disk. */
export interface StorageFacts {
  /** Number of known nodes. */
  readonly nodes: number;
  /** Why something could not be saved; undefined while everything is saved. */
  readonly failure: string | undefined;
  /** Fault of the disk, if it is the reason of `failure`. */
  readonly diskFault?: 'disk-full' | 'disk-read-only' | 'disk-failing' | undefined;
  /** The recovery in this run. */
  readonly recovery?: RecoveryFacts | undefined;
  /** Damaged databases that are kept: their number, and their size in bytes. */
  readonly copies?: { readonly count: number; readonly bytes: number };
  /** The disk with the least space; undefined when all have enough. */
  readonly space?: SpaceFacts | undefined;
}

/** Number of our pings in the last ten minutes, and of their responses. */
interface PingFigures {
  readonly sent: number;
  readonly answered: number;
}

/** Figures of one discovery protocol. */
export interface ProtocolFacts {
  readonly protocol: TableProtocol;
  /** Pings to proven endpoints, and first pings to others. Pings in response to inbound packets are not counted. */
  readonly pings: { readonly proven: PingFigures; readonly first: PingFigures };
  readonly table: { readonly entries: number; readonly live: number; readonly replacements: number };
}

/** The time for which a certificate is valid, Unix milliseconds. */
export interface CertificateFacts {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Input of the health list while the node runs. All figures are measured. */
export interface HealthFacts extends ForkFacts {
  /** The chain that is served. */
  readonly chain: Pick<ChainView, 'source' | 'range'>;
  readonly running: boolean;
  readonly uptimeMs: number;
  /** Unix milliseconds. */
  readonly now: number;
  readonly demo: boolean;
  /** Whether the machine has an interface other than loopback. */
  readonly networkPresent: boolean;
  /** Whether the node allows loopback or the networks of --netrestrict only, so that it expects no node from the internet. */
  readonly confined: boolean;
  readonly tcpPort: number | undefined;
  readonly udpPort: number | undefined;
  readonly external: readonly ExternalAddress[];
  readonly nat: NatStatus;
  readonly clock: ClockStatus | null;
  /** Whether any discovery source is enabled. */
  readonly discoveryEnabled: boolean;
  /** The enabled discovery protocols, each with its own check; empty when only DNS node lists are used. */
  readonly protocols: readonly ProtocolFacts[];
  readonly peers: PeerTotals;
  readonly limits: PeerLimits;
  /** --nodial. */
  readonly noDial: boolean;
  /** Number of static nodes. */
  readonly staticNodes: number;
  /** Whether the node dials candidates of discovery. */
  readonly dynamicDials: boolean;
  /** Number of inbound sessions from any address since the node started, and the start of the newest (Unix milliseconds). */
  readonly arrivals: { readonly sessions: number; readonly newestAt: number | null };
  /** Number of inbound connections from the internet since the node started. */
  readonly outsideContacts: number;
  readonly database: StorageFacts;
  /** The version of Electron that shows the window; undefined without one. */
  readonly electronVersion: string | undefined;
  /** Warnings about the storage of the node key. */
  readonly keyWarnings?: readonly KeyWarning[];
  /** The certificate of the page; undefined where it is not served with TLS. */
  readonly certificate?: CertificateFacts | undefined;
  readonly eventLoop: { readonly p99Ms: number; readonly maxMs: number } | undefined;
}

/** Time after the start from which a missing figure is a warning, milliseconds (our choice). */
export const PATIENCE_MS = {
  discovery: 30_000,
  peers: 120_000,
  inbound: 900_000,
  external: 300_000,
  nat: 60_000,
} as const;

/** Whether a discovery protocol is enabled. */
export const speaksDiscovery = ({ discoveryEnabled, protocols }: HealthFacts): boolean =>
  discoveryEnabled && protocols.length > 0;

/** Creates a check of the health list. */
export function check(
  id: string,
  state: HealthCheck['state'],
  title: string,
  evidence: string,
  advice: string | null = null,
): HealthCheck {
  return { id, state, title, evidence, advice };
}
