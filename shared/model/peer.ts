import type { CauseCode, EndedBy } from '../causes/catalogue.ts';
import type { RecordedEnd } from '../causes/facts.ts';
import type { Reputation } from './ban.ts';
import type { ServedKind } from './chain.ts';
import type { NodeSource } from './node-source.ts';
import type { RequestLatency } from './recording.ts';

/** The lists that a peer is on; a peer on neither is dynamic. */
export interface PeerFlags {
  readonly static: boolean;
  readonly trusted: boolean;
}

/** The figures of a session at its start. A new figure is one line here, and is counted in src-main/p2p. */
export const NO_FIGURES = {
  /** Received messages above the rate limits. */
  limited: 0,
  /** Announcements dropped because the peer reads too slowly. */
  droppedOut: 0,
};

/** The figures of a session. */
export type SessionFigures = Readonly<Record<keyof typeof NO_FIGURES, number>>;

/** One row of the peers table: a session that passed Hello. Times are Unix milliseconds, sizes bytes. */
export interface PeerRow extends SessionFigures {
  /** Node ID, 64 hex digits. */
  readonly id: string;
  /** The name its Hello gave (hostile text: shown as text only, control characters removed). */
  readonly name: string;
  /** Name from the node lists, where the user gave one. */
  readonly label: string | null;
  readonly ip: string;
  readonly port: number;
  readonly direction: 'inbound' | 'outbound';
  readonly kind: PeerFlags;
  /** Everything that its Hello offers, `eth/69`. */
  readonly capabilities: readonly string[];
  /** Negotiated eth version; null until Status was exchanged. */
  readonly ethVersion: number | null;
  readonly stage: 'hello' | 'status' | 'running';
  /** Highest block that the peer announced; decimal; null for eth/68, whose Status names only a hash. */
  readonly latestBlock: string | null;
  /** Round-trip time of the last ping. */
  readonly latencyMs: number | null;
  /** The last round trips, oldest first, at most 16. */
  readonly latencyTrend: readonly number[];
  readonly connectedAt: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Bytes a second, the mean of the last 10 complete seconds. */
  readonly rateIn: number;
  readonly rateOut: number;
  /** When a message last arrived and was sent. */
  readonly lastInAt: number;
  readonly lastOutAt: number;
  /** 0 for a node that did nothing worth remembering. */
  readonly reputation: number;
  /** The sources that reported the node: `v4`, `v5`, `dns`, `static`, `inbound`, …; absent where they were not requested. */
  readonly sources?: readonly NodeSource[];
}

/** How often a message was seen on one session. Bytes are of the frames on the wire. */
export interface MessageCount {
  /** `p2p`, `eth/69`. */
  readonly protocol: string;
  readonly name: string;
  readonly in: number;
  readonly out: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Messages a second over the last 10 seconds. */
  readonly rateIn: number;
  readonly rateOut: number;
  /** When one last arrived and was sent; null for never. */
  readonly lastInAt: number | null;
  readonly lastOutAt: number | null;
}

/** All that is known of one connected peer. */
export interface PeerDetail {
  readonly row: PeerRow;
  readonly publicKey: string;
  readonly enode: string;
  readonly enr: string | null;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly p2pVersion: number;
  /** Negotiated protocols. */
  readonly negotiated: readonly string[];
  readonly status: PeerStatus | null;
  readonly messages: readonly MessageCount[];
  /** Round trips, oldest first, at most 120. */
  readonly latencyHistory: readonly number[];
  readonly latencyBestMs: number | null;
  /** Earlier outcomes with this node, newest first, at most 10. */
  readonly earlier: readonly PastOutcome[];
  readonly reputation: Reputation;
  /** Bytes that wait to be sent. */
  readonly queuedBytes: number;
  /** Our own requests that wait for an answer, and how they ended so far. */
  readonly requests: RequestTotals;
  /** Traffic over the session. */
  readonly trend: SessionTrend;
  /** Our own requests by kind: p2p Ping, those of the node, and those that a person composed. */
  readonly requestKinds: readonly RequestKind[];
  /** Our own requests that wait for an answer, oldest first. */
  readonly openRequests: readonly OpenRequest[];
  /** Its requests to us by kind, and how they were answered. */
  readonly served: readonly ServedKind[];
  /** Name of the fork of the peer's Status; null before Status and for a hash of another schedule. */
  readonly forkName: string | null;
  /** Sequence number of the newest known record, decimal; null without a record. */
  readonly enrSeq: string | null;
  /** The sources that reported the node: `v4`, `v5`, `dns`, `static`, `inbound`, …. */
  readonly sources: readonly NodeSource[];
}

/** Traffic over a session in intervals of the same length, oldest first; bytes of the frames on the wire. */
export interface SessionTrend {
  readonly intervalMs: number;
  readonly bytesIn: readonly number[];
  readonly bytesOut: readonly number[];
}

/** Our own requests of one kind on one session. */
export interface RequestKind extends RequestLatency {
  /** `p2p`, `eth/69`. */
  readonly protocol: string;
  readonly name: string;
  /** Who made them: the node itself, or a person with the composer. */
  readonly origin: RequestOrigin;
}

/** Who made a request of ours. */
export type RequestOrigin = 'node' | 'composed';

/** A request of ours that waits for its answer. */
export interface OpenRequest {
  /** `eth/69`. */
  readonly protocol: string;
  readonly name: string;
  /** Decimal. */
  readonly requestId: string;
  readonly origin: RequestOrigin;
  /** When it was sent, Unix milliseconds. */
  readonly sentAt: number;
}

/** Our own requests on one session. */
export interface RequestTotals {
  readonly open: number;
  readonly answered: number;
  readonly timedOut: number;
}

/** The peer's eth Status. Numbers that may exceed 2^53 are decimal. */
export interface PeerStatus {
  readonly version: number;
  readonly networkId: string;
  readonly genesisHash: string;
  readonly forkId: { readonly hash: string; readonly next: string };
  readonly headHash: string;
  readonly earliestBlock: string | null;
  readonly latestBlock: string | null;
}

/** How an earlier dial or session ended, or that one began; `at` is Unix milliseconds. */
export type PastOutcome =
  | (RecordedEnd & { readonly at: number })
  | {
      readonly at: number;
      readonly code: 'connected';
      readonly by: null;
      readonly direction: 'inbound' | 'outbound';
    };

/** The kinds of event lines. */
export type EventLineKind =
  | 'peer-added'
  | 'peer-dropped'
  | 'dial-ended'
  | 'inbound-ended'
  | 'dropper-dropped'
  | 'ban-added'
  | 'ban-removed'
  | 'nat-mapped'
  | 'nat-failed'
  | 'nat-external'
  | 'discovery-external-address'
  | 'discovery-lookup-done'
  | 'discovery-session'
  | 'dns-root'
  | 'record-updated'
  | 'nodes-changed'
  | 'settings-changed'
  | 'node-woke'
  | 'node-network-changed'
  | 'node-phase';

/** A line of "last events" and of how dials ended. */
export interface EventLine {
  /** Grows by one an event. */
  readonly seq: number;
  readonly at: number;
  readonly tone: 'good' | 'quiet' | 'warning' | 'bad';
  readonly kind: EventLineKind;
  /** The sentence, without the node. */
  readonly text: string;
  /** The node it is about. */
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  readonly address: string | null;
  readonly direction: 'inbound' | 'outbound' | null;
  readonly endedBy: EndedBy | null;
}

/** How many dials of the last hour ended in which way, or how many candidates were not dialled and why. */
export interface DialOutcome {
  /** A code that ends a dial or refuses one, `connected`, or `other` for codes beyond the bound. */
  readonly code: CauseCode;
  readonly count: number;
  /** False: our own policy refused the candidate before any dial. */
  readonly dialled: boolean;
}
