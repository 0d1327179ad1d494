/** The message recording, as the Inspector and JSON-RPC show it. Times are Unix milliseconds, sizes bytes. */
import type { CauseCode } from '../causes/catalogue.ts';
import type { DecodedMessage } from './wire.ts';

/** What a record belongs to: a session, or one of the discovery protocols. */
export const RECORD_SOURCES = ['session', 'discv4', 'discv5', 'dns'] as const;

/** One of RECORD_SOURCES. */
export type RecordSource = (typeof RECORD_SOURCES)[number];

/** Bytes of a payload that are kept; the rest is counted. */
export const RECORD_PAYLOAD_BYTES = 64 * 1024;

/** Default bounds. */
export const DEFAULT_RECORDS = 20_000;
/** Bytes. */
export const DEFAULT_RECORD_BYTES = 64 * 1024 * 1024;

/** Largest bounds that the settings allow. */
export const MAX_RECORDS = 200_000;
/** Bytes. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024;

/** What is recorded. */
export interface RecordingScope {
  /** Node IDs, 64 hex digits; null for all sessions. */
  readonly nodes: readonly string[] | null;
  /** Whether discovery packets are recorded. */
  readonly discovery: boolean;
}

/** State of the recording. */
export interface RecordingStatus {
  readonly isRecording: boolean;
  readonly scope: RecordingScope;
  /** When recording started; null before the first start. */
  readonly startedAt: number | null;
  /** Records that are kept, and their bytes. */
  readonly records: number;
  readonly bytes: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Records that left because of a bound. */
  readonly evicted: number;
  /** Sequence number of the oldest and the newest kept record; null when there is none. */
  readonly first: number | null;
  readonly last: number | null;
  /** Name of the file that is shown instead of a recording; null for the node's own recording. */
  readonly file: string | null;
}

/** What a record is about. */
export const RECORD_KINDS = [
  /** A message of p2p or a subprotocol. */
  'message',
  /** auth or ack of the RLPx handshake. */
  'handshake',
  /** A packet of discovery, or a DNS answer. */
  'packet',
  /** A frame that was not read: bad MAC, bad snappy, too large. */
  'bad-frame',
  /** A message or packet that was received and dropped, with the cause. */
  'dropped',
  /** The end of a connection that no Disconnect message announced. */
  'end',
] as const;

/** One of RECORD_KINDS. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One row of the Inspector's table. It has no payload: that is requested for the rows in sight. */
export interface RecordRow {
  /** Grows by one a record; the number that people see. */
  readonly seq: number;
  readonly at: number;
  /** By the monotonic clock, milliseconds; only differences mean something. */
  readonly monotonicMs: number;
  readonly kind: RecordKind;
  readonly source: RecordSource;
  /** Identifies the connection within this run; null for discovery. */
  readonly connection: number | null;
  /** Node ID, 64 hex digits; null while the handshake has not told it. */
  readonly nodeId: string | null;
  /** Client name of Hello or a name from the node lists; null for none. */
  readonly nodeName: string | null;
  /** `ip:port`. */
  readonly address: string;
  readonly direction: 'in' | 'out';
  /** `p2p`, `eth/69`, `snap/1`, `rlpx`, `discv4`, `discv5`, `dns`; of an unknown capability its name and version. */
  readonly protocol: string;
  /** Relative to the protocol. */
  readonly code: number;
  readonly name: string;
  /** On the wire, framing and encryption included where they are known. */
  readonly wireBytes: number;
  /** Of the decompressed payload. */
  readonly plainBytes: number;
  /** Bytes of the payload that were kept. */
  readonly keptBytes: number;
  /** Request ID as decimal text; null where the message has none. */
  readonly requestId: string | null;
  /** The record that answers this request, or that this answer belongs to; null for none yet. */
  readonly pairSeq: number | null;
  readonly role: 'request' | 'answer' | 'announcement';
  /** Of an answer: milliseconds since its request; null otherwise. */
  readonly latencyMs: number | null;
  /** Why it is broken, dropped or an end; null for none. */
  readonly cause: { readonly code: CauseCode; readonly message: string } | null;
}

/** How a message takes part in an exchange, by its schema. */
export interface MessageFacts {
  /** Name in the specification. */
  readonly name: string;
  readonly role: RecordRow['role'];
  /** Name of the request, for an answer as for the request itself; undefined for an announcement. */
  readonly requestName: string | undefined;
}

/** A record with its payload, decoded when it is requested. */
export interface RecordDetail {
  readonly row: RecordRow;
  /** Kept bytes of the payload as hex without 0x. */
  readonly payload: string;
  /** Null for a record without a payload. */
  readonly decoded: DecodedMessage | null;
}

/** Latency of answered requests of one kind to one node, milliseconds. */
export interface RequestLatency {
  readonly answered: number;
  readonly open: number;
  readonly timedOut: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** BOUNDED: records that are summarised by one request. */
export const MAX_SUMMARIES = 200;

/** One line of a record, for the rows in sight. */
export interface RecordSummary {
  readonly seq: number;
  readonly summary: string;
  /** Whether the message could not be decoded. */
  readonly isBroken: boolean;
}

/** Formats of an export: JSON lines, which can be imported again; pcapng for Wireshark; test vectors. */
export const RECORDING_FORMATS = ['jsonl', 'pcapng', 'vectors'] as const;

/** One of RECORDING_FORMATS. */
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

/** An exported recording: text, or the base64 of a binary file. */
export interface ExportedRecording {
  readonly fileName: string;
  readonly text: string | null;
  readonly base64: string | null;
}
