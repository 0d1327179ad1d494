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

/**
 * Largest recording that an import accepts, in characters: some 50,000 records. A browser page sends at most 12 MiB in one
 * message: it opens larger files only through the desktop window.
 */
export const MAX_RECORDING_CHARACTERS = 268_435_456;

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
  /** Grows when a file replaces what is shown, and when it is closed: the same numbers are other records then. */
  readonly edition: number;
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

/**
 * Where the time of a message went, milliseconds; null for a step that was not measured or does not apply. The time of the row
 * (`monotonicMs`) is the end of the last step: a message that was sent is then encrypted and handed to the socket's queue.
 */
export interface RecordTiming {
  /** In: from the arrival of the frame's first byte to that of its last one. */
  readonly receivingMs: number | null;
  /** In: the whole frame was here, and messages before it were read or its protocol had no room. Out: in the send queue. */
  readonly waitingMs: number | null;
  /** In: the MACs were verified and the content decrypted. Out: encrypted. */
  readonly cipherMs: number | null;
  /** In: decompressed. Out: compressed. Null on a connection without Snappy. */
  readonly snappyMs: number | null;
}

/** Where a frame could not be read. Offsets are bytes. */
export interface FrameFault {
  /** Of the frame, in all bytes that the connection received after auth and ack. */
  readonly frameStart: number;
  /** Of the wrong part, from the start of the frame. */
  readonly offset: number;
  /** Bytes of the frame, as its header says; null when the header could not be read. */
  readonly frameBytes: number | null;
}

/** How an answer fits its request. */
export const ANSWER_STATES = [
  /** It answers a request, in time. A request of discovery may have several such answers. */
  'answered',
  /** It answers a request that has timed out. */
  'late',
  /** Its request was answered before. */
  'duplicate',
  /** No request is known. It may have been sent before the recording started. */
  'unsolicited',
] as const;

/** One of ANSWER_STATES. */
export type AnswerState = (typeof ANSWER_STATES)[number];

/** What a request asked for and what its answer gave, as far as both are kept and decoded. */
export interface ExchangeFacts {
  /** Sequence numbers; null for none, or when it is no longer kept. */
  readonly requestSeq: number | null;
  readonly answerSeq: number | null;
  /** What is counted, plural: `headers`, `receipts`; null when the messages have no items. */
  readonly items: string | null;
  /** Items that were asked for; null where the request does not say a number. */
  readonly asked: number | null;
  /** Items in the answer; null without an answer. */
  readonly given: number | null;
  /** Size that the request allowed, bytes; null where it names none. */
  readonly askedBytes: number | null;
  /**
   * Why fewer items came than were asked for: `bytes`, the answer reached the size that the request or the protocol allows;
   * `items`, it reached the number of items that the protocol allows; `unknown`, the answering node did not have the rest or
   * did not give it. Null when nothing is missing, or when it is not known whether something is.
   */
  readonly truncatedBy: 'bytes' | 'items' | 'unknown' | null;
}

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
  /** Of the payload as Snappy compressed it; null for a message without compression. */
  readonly compressedBytes: number | null;
  /** Of the decompressed payload. */
  readonly plainBytes: number;
  /** Bytes of the payload that were kept. */
  readonly keptBytes: number;
  /**
   * Of a session the request ID as decimal text; of discv5 the request ID as hex; of discv4 the hash, as hex, of the packet
   * that an answer echoes. Null where the message has none.
   */
  readonly requestId: string | null;
  /** The record that answers this request, or that this answer belongs to; null for none yet. */
  readonly pairSeq: number | null;
  readonly role: 'request' | 'answer' | 'announcement';
  /** Of an answer: milliseconds since its request; null otherwise. */
  readonly latencyMs: number | null;
  /** Of an answer; null otherwise. */
  readonly answerState: AnswerState | null;
  /** Null for a record without a frame, or that was not measured. */
  readonly timing: RecordTiming | null;
  /** Why it is broken, dropped or an end, or why we sent this Disconnect; null for none. */
  readonly cause: { readonly code: CauseCode; readonly message: string } | null;
  /** Of a bad frame; null otherwise. */
  readonly frameFault: FrameFault | null;
  /** ID of the test of the Doctor that it belongs to; null for a record of the node itself. */
  readonly test: string | null;
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
  /** Of a request or an answer; null for other records. */
  readonly exchange: ExchangeFacts | null;
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
