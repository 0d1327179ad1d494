import type {
  ClockStatus,
  ExternalAddress,
  HealthCheck,
  NatStatus,
  PeerLimits,
  PeerTotals,
} from '../../shared/model/node.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import type { UnknownFork } from './unknown-forks.ts';

/** What the checks on forks are judged from. */
export interface ForkFacts {
  /** The unknown fork of the most independent nodes; undefined where there is none. */
  readonly unknownFork: UnknownFork | undefined;
  /** Fork times that the user has set, `amsterdam=1791294816`. */
  readonly forkOverrides: readonly string[];
}

/** How saving stands. */
export interface StorageFacts {
  /** Nodes that are known. */
  readonly nodes: number;
  /** Why something is not saved; undefined while all is. */
  readonly failure: string | undefined;
  /** What the disk lacks, where that is why. */
  readonly diskFault?: 'disk-full' | 'disk-read-only' | 'disk-failing' | undefined;
  /** What a recovery of this run found and kept, and where it put the damaged files. */
  readonly recovery?: { readonly damage: string; readonly kept: string; readonly copy: string } | undefined;
  /** Damaged databases that are kept. */
  readonly copies?: number;
}

/** Our pings of the last ten minutes and how many of them were answered. */
interface PingFigures {
  readonly asked: number;
  readonly answered: number;
}

/** What is known of one protocol of discovery. */
export interface ProtocolFacts {
  readonly protocol: TableProtocol;
  /** To endpoints that had proven themselves, and first ones to others; not those that strangers provoked. */
  readonly pings: { readonly proven: PingFigures; readonly first: PingFigures };
  readonly table: { readonly entries: number; readonly live: number; readonly replacements: number };
}

/** Everything that the health list is judged from: plain figures, none of them guessed. */
export interface HealthFacts extends ForkFacts {
  readonly running: boolean;
  readonly uptimeMs: number;
  /** Unix milliseconds. */
  readonly now: number;
  readonly demo: boolean;
  /** Where the machine has an interface other than loopback. */
  readonly networkPresent: boolean;
  /** The node speaks to loopback or to the networks of --netrestrict alone: nobody is to come from the internet. */
  readonly confined: boolean;
  readonly tcpPort: number | undefined;
  readonly udpPort: number | undefined;
  readonly external: readonly ExternalAddress[];
  readonly nat: NatStatus;
  readonly clock: ClockStatus | null;
  /** Whether any discovery source is enabled. */
  readonly discoveryEnabled: boolean;
  /** The protocols of discovery that are spoken, each judged apart; none where node lists in DNS are all that is asked. */
  readonly protocols: readonly ProtocolFacts[];
  readonly peers: PeerTotals;
  readonly limits: PeerLimits;
  /** --nodial. */
  readonly noDial: boolean;
  /** Nodes of the static list. */
  readonly staticNodes: number;
  /** Whether nodes that discovery finds are dialled. */
  readonly dynamicDials: boolean;
  /** Inbound sessions since the node started, from wherever, and when the newest began (Unix milliseconds). */
  readonly arrivals: { readonly sessions: number; readonly newestAt: number | null };
  /** Connections from the internet since the node started. */
  readonly outsideContacts: number;
  readonly database: StorageFacts;
  /** What a person should know of how the node key is kept. */
  readonly keyWarnings?: readonly { readonly code: string; readonly message: string }[];
  readonly eventLoop: { readonly p99Ms: number; readonly maxMs: number } | undefined;
}

/** How long a figure may be missing after the start before it is something to look at, milliseconds (our choice). */
export const PATIENCE_MS = {
  discovery: 30_000,
  peers: 120_000,
  inbound: 900_000,
  external: 300_000,
  nat: 60_000,
} as const;

/** Whether a protocol of discovery is spoken. */
export const speaksDiscovery = ({ discoveryEnabled, protocols }: HealthFacts): boolean =>
  discoveryEnabled && protocols.length > 0;

/** A check of the list without advice. */
export function check(
  id: string,
  state: HealthCheck['state'],
  title: string,
  evidence: string,
  advice: string | null = null,
): HealthCheck {
  return { id, state, title, evidence, advice };
}

/** "1,240". */
export const plain = (number: number): string => number.toLocaleString('en');

/** "1 node", "1,240 nodes". */
export const some = (number: number, noun: string, nouns = `${noun}s`): string =>
  `${plain(number)} ${number === 1 ? noun : nouns}`;
