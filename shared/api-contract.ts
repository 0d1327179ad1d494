import { z } from 'zod';
import { isCauseCode, type CauseCode } from './causes/catalogue.ts';
import { DESKTOP_REQUESTS } from './desktop-requests.ts';
import type { ComposerPreview, ComposerResult, ComposerTarget } from './model/composer.ts';
import type { DialResult, NodeStatus } from './model/node.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from './model/peer.ts';
import type { ChainView } from './model/chain.ts';
import type { CrawlStatus } from './model/crawl.ts';
import type { DoctorRecord, DoctorReport, DoctorSummary } from './model/doctor.ts';
import { DOCTOR_MAX_INPUT, DOCTOR_STEPS } from './model/doctor.ts';
import type { DnsTreeView } from './model/dns-tree.ts';
import {
  FORK_VERDICTS,
  KNOWN_FORMATS,
  KNOWN_SORTS,
  MAX_KNOWN_PAGE,
  NODE_FAMILIES,
  type ExportedNodes,
  type KnownPage,
} from './model/known-node.ts';
import { NODE_SOURCES } from './model/node-source.ts';
import type { RecordView } from './model/record.ts';
import {
  TABLE_PROTOCOLS,
  type DiscoveryCounters,
  type LookupTrace,
  type TableSnapshot,
} from './model/table.ts';
import type { DesktopStatus, PendingCommand } from './model/desktop.ts';
import { LOG_LEVELS, type LogLine } from './model/log.ts';
import { SERIES_SPANS, type SeriesSpan, type TrafficNow, type TrafficSeries } from './model/series.ts';
import { PORT_SETTING_KEYS } from './model/health-action.ts';
import type { NodeListEntry, NodeListName, NodeLists } from './model/node-list.ts';
import { NODE_LIST_REQUESTS } from './node-list-requests.ts';
import { nodeId, nodeText } from './node-schemas.ts';
import type { OwnNodeReport } from './model/own-node.ts';
import type { SettingsImportResult, SettingView } from './model/settings.ts';
import { FIRST_START_REQUESTS } from './first-start-requests.ts';
import { IDENTITY_REQUESTS } from './identity-requests.ts';
import { BAN_DURATIONS, type Ban, type BanDuration } from './model/ban.ts';
import {
  MAX_RECORDING_CHARACTERS,
  MAX_RECORDS,
  MAX_SUMMARIES,
  RECORDING_FORMATS,
  type ExportedRecording,
  type RecordDetail,
  type RecordingStatus,
  type RecordRow,
  type RecordSummary,
} from './model/recording.ts';
import type { SessionPage } from './model/session.ts';
import type { UpdateState } from './model/update.ts';
import type { DecodedMessage } from './model/wire.ts';
import { MAX_FILTER_LENGTH } from './record-filter.ts';
import { nothing, request, type RequestSpec } from './request-spec.ts';
import { WHY_SPANS, WHY_STEPS, type NodeTrace, type WhySnapshot, type WhySpan } from './model/why.ts';
import { NETWORK_CHOICES } from './settings/network.ts';
import { PATH_SETTING_KEYS, SETTING_KEYS, settingsChange } from './settings-table.ts';

/*
 * The typed map of all requests and topics. Handlers, the preload bridge, the browser client and the stores derive from
 * it. The main process validates parameters with these schemas on every transport.
 */

const doctorId = z.string().regex(/^\d{1,12}$/, 'must be the ID of a test');
const banDuration = z.enum(Object.keys(BAN_DURATIONS) as [BanDuration, ...BanDuration[]]);
const tableProtocol = z.enum(TABLE_PROTOCOLS);
const nodeSetFilter = z.strictObject({
  ip: z.string().max(64).nullable(),
  minAge: z.int().min(0).nullable(),
  ethNetwork: z.enum([...NETWORK_CHOICES, 'own']).nullable(),
  snap: z.boolean(),
  dialable: z.boolean(),
  limit: z.int().min(1).max(1_000_000).nullable(),
});
const knownFilter = nodeSetFilter.omit({ minAge: true, limit: true }).extend({
  text: z.string().max(1_024),
  fork: z.enum(FORK_VERDICTS).nullable(),
  client: z.string().max(256).nullable(),
  port: z.int().min(1).max(0xffff).nullable(),
  family: z.enum(NODE_FAMILIES).nullable(),
  source: z.enum(NODE_SOURCES).nullable(),
  table: tableProtocol.nullable(),
  maxAge: z.int().min(1).max(31_536_000).nullable(),
});
const recordSeq = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
/** BOUNDED: bytes of a payload that is decoded by hand. */
const MAX_DECODED_BYTES = 1_048_576;
/** BOUNDED: bytes of a message that is composed by hand (our choice). */
const MAX_COMPOSED_BYTES = 65_536;
const hexOf = (maxBytes: number): z.ZodString =>
  z
    .string()
    .max(2 * maxBytes)
    .regex(/^(?:[0-9a-f]{2})*$/i, 'must be hex digits, two for each byte');
/** A composed message: `fields` or `raw`, which is hex. */
const composed = z.strictObject({
  node: nodeText,
  protocol: z.string().min(1).max(64),
  code: z.int().min(0).max(0xff),
  fields: z.record(z.string().max(64), z.unknown()).nullable(),
  raw: hexOf(MAX_COMPOSED_BYTES).nullable(),
});
const causeCode = z.custom<CauseCode>(
  (value) => typeof value === 'string' && isCauseCode(value),
  'must be a code of the catalogue of causes, such as too-many-peers',
);
const whySpan = z.enum(Object.keys(WHY_SPANS) as [WhySpan, ...WhySpan[]]);

/** Largest text that an import accepts, in characters: some 10,000 enode URLs. */
export const MAX_IMPORT_CHARACTERS = 4_194_304;

/** Every request, by name. */
export const API_REQUESTS = {
  'node.start': request<null>()(nothing),
  'node.stop': request<null>()(nothing),
  /** Finds a port that is free for TCP and UDP, saves it in the setting `key` and restarts the node. */
  'node.useFreePort': request<{ readonly port: number }>()(
    z.strictObject({ key: z.enum(PORT_SETTING_KEYS) }),
  ),
  ...FIRST_START_REQUESTS,
  ...IDENTITY_REQUESTS,
  'peers.detail': request<PeerDetail | null>()(z.strictObject({ id: nodeId })),
  'peers.disconnect': request<{ readonly disconnected: boolean }>()(z.strictObject({ id: nodeId })),
  ...NODE_LIST_REQUESTS,
  /** Dials a known node now. The reply comes with the session or with why there is none. */
  'nodes.dial': request<DialResult>()(z.strictObject({ id: nodeId })),
  /** Nodes of the database, the tables and the lists, page by page; `after` is the `next` of the previous page. */
  'nodes.known': request<KnownPage>()(
    z.strictObject({
      filter: knownFilter,
      sort: z.strictObject({ by: z.enum(KNOWN_SORTS), order: z.enum(['ascending', 'descending']) }),
      limit: z.int().min(1).max(MAX_KNOWN_PAGE),
      after: z.string().max(512).nullable(),
    }),
  ),
  'nodes.exportKnown': request<ExportedNodes>()(
    z.strictObject({ filter: knownFilter, format: z.enum(KNOWN_FORMATS) }),
  ),
  /** `target` is a node ID, an enode URL, an ENR, or null for a random target. Progress is pushed on topic `lookup`. */
  'discovery.lookup': request<LookupTrace>()(
    z.strictObject({ protocol: tableProtocol, target: nodeText.nullable() }),
  ),
  /** Sends a TALKREQ of discovery v5. `payload` and `response` are hex without 0x. */
  'discovery.talk': request<{ readonly response: string; readonly durationMs: number }>()(
    z.strictObject({
      node: nodeText,
      protocol: z.string().min(1).max(64),
      payload: z.string().regex(/^([0-9a-f]{2}){0,1024}$/, 'must be hex digits, 1,024 bytes at most'),
    }),
  ),
  /** Decodes any ENR into its entries. */
  'records.decode': request<RecordView>()(z.strictObject({ text: nodeText })),
  /** Crawls for `seconds`. Progress is pushed on topic `crawl`. `nodes` is the text of a nodes.json to start from. */
  'crawl.start': request<CrawlStatus>()(
    z.strictObject({
      protocol: tableProtocol,
      seconds: z.int().min(1).max(86_400),
      nodes: z.string().max(MAX_IMPORT_CHARACTERS).nullable(),
    }),
  ),
  'crawl.stop': request<CrawlStatus | null>()(nothing),
  /** The nodes.json of the last crawl, filtered. */
  'crawl.export': request<{ readonly text: string; readonly fileName: string; readonly count: number }>()(
    nodeSetFilter,
  ),
  'traffic.series': request<TrafficSeries>()(
    z.strictObject({ span: z.enum(Object.keys(SERIES_SPANS) as [SeriesSpan, ...SeriesSpan[]]) }),
  ),
  'logs.export': request<{ readonly text: string; readonly fileName: string }>()(
    z.strictObject({ level: z.enum(LOG_LEVELS), text: z.string().max(256) }),
  ),
  /** Saves the changes in settings.json. The reply is every setting after the change. */
  'settings.update': request<readonly SettingView[]>()(settingsChange),
  /** Resets a setting to its default. */
  'settings.reset': request<readonly SettingView[]>()(z.strictObject({ key: z.enum(SETTING_KEYS) })),
  /** Opens the system's dialog for a file or folder and saves nothing; desktop window only. Null: none was chosen. */
  'settings.choosePath': request<{ readonly path: string | null }>()(
    z.strictObject({ key: z.enum(PATH_SETTING_KEYS) }),
  ),
  /** Imports settings and node lists from the `[Node.P2P]` section of geth's TOML file. */
  'settings.import': request<SettingsImportResult>()(
    z.strictObject({ text: z.string().max(MAX_IMPORT_CHARACTERS), partial: z.boolean() }),
  ),
  'settings.export': request<{ readonly text: string; readonly fileName: string }>()(nothing),
  /** `target` is a node ID, an enode URL, an ENR, an IP address or a network in CIDR notation. */
  'bans.add': request<Ban>()(
    z.strictObject({ target: nodeText, duration: banDuration, reason: z.string().trim().max(256) }),
  ),
  'bans.remove': request<{ readonly removed: boolean }>()(z.strictObject({ id: z.string().max(2_048) })),
  /** Past sessions, newest first; `before` is the `next` of the previous page. `text` filters name, address, ID and cause. */
  'sessions.list': request<SessionPage>()(
    z.strictObject({
      before: z.string().max(64).nullable(),
      limit: z.int().min(1).max(500),
      text: z.string().max(256),
      node: nodeId.nullable(),
    }),
  ),
  'sessions.export': request<{ readonly text: string; readonly fileName: string }>()(
    z.strictObject({ format: z.enum(['csv', 'json']) }),
  ),
  /** `node` is a node ID, an enode URL or an ENR. */
  'why.trace': request<NodeTrace>()(z.strictObject({ node: nodeText })),
  /** Starts the recording, or changes what is recorded; `nodes` null records all sessions. Records that exist are kept. */
  'recorder.start': request<RecordingStatus>()(
    z.strictObject({ nodes: z.array(nodeId).max(64).nullable(), discovery: z.boolean() }),
  ),
  'recorder.stop': request<RecordingStatus>()(nothing),
  'recorder.clear': request<RecordingStatus>()(nothing),
  /** A record with its payload and fields; null when it is no longer kept. */
  'recorder.detail': request<RecordDetail | null>()(z.strictObject({ seq: recordSeq })),
  /** One line for each record that is still kept. */
  'recorder.summaries': request<readonly RecordSummary[]>()(
    z.strictObject({ seqs: z.array(recordSeq).max(MAX_SUMMARIES) }),
  ),
  /** Sequence numbers of the kept records that match a filter, oldest first: for terms on payloads. */
  'recorder.search': request<readonly number[]>()(
    z.strictObject({ filter: z.string().max(MAX_FILTER_LENGTH) }),
  ),
  /** Records as a file; `seqs` null for all that are kept. `anonymous` leaves out addresses and node IDs. */
  'recorder.export': request<ExportedRecording>()(
    z.strictObject({
      format: z.enum(RECORDING_FORMATS),
      seqs: z.array(recordSeq).max(MAX_RECORDS).nullable(),
      anonymous: z.boolean(),
    }),
  ),
  /**
   * Shows a file of JSON lines in place of the node's recording, which goes on. All requests and the topics `recorder` and
   * `records` then have the records of the file; a subscriber of `records` subscribes again when the status names another
   * file.
   */
  'recorder.import': request<RecordingStatus>()(
    z.strictObject({
      fileName: z.string().min(1).max(256),
      text: z.string().max(MAX_RECORDING_CHARACTERS),
    }),
  ),
  /** Closes the file and shows the node's recording again. */
  'recorder.close': request<RecordingStatus>()(nothing),
  /** Decodes a payload that is no record. */
  'recorder.decode': request<DecodedMessage>()(
    z.strictObject({
      protocol: z.string().min(1).max(64),
      code: z.int().min(0).max(0xffff),
      payload: hexOf(MAX_DECODED_BYTES),
    }),
  ),
  /** Starts a test; its report is pushed on topic `doctor`. `special` agrees to contact a private or special-purpose address. */
  'doctor.start': request<{ readonly id: string }>()(
    z.strictObject({ input: z.string().trim().min(1).max(DOCTOR_MAX_INPUT), special: z.boolean() }),
  ),
  'doctor.stop': request<{ readonly stopped: boolean }>()(z.strictObject({ id: doctorId })),
  /** The kept tests, newest first. */
  'doctor.list': request<readonly DoctorSummary[]>()(nothing),
  /** The packets and messages of a step that the recording still has, decoded, in their order. */
  'doctor.records': request<readonly DoctorRecord[]>()(
    z.strictObject({ id: doctorId, step: z.enum(DOCTOR_STEPS) }),
  ),
  /** Checks what other nodes can reach of this node, from what they did; sends no packet. */
  'doctor.ownNode': request<OwnNodeReport>()(nothing),
  /** The requests that can be sent to a node now; `node` is a node ID, an enode URL or a record. */
  'composer.messages': request<ComposerTarget>()(z.strictObject({ node: nodeText })),
  /** The bytes that `composer.send` would send. */
  'composer.preview': request<ComposerPreview>()(composed),
  /**
   * Sends a request and replies with its answer, or after 15 s without one. Raw bytes need `confirmRaw`, those for a static or
   * trusted peer `confirmListed` besides.
   */
  'composer.send': request<ComposerResult>()(
    composed.extend({ confirmRaw: z.boolean(), confirmListed: z.boolean() }),
  ),
  ...DESKTOP_REQUESTS,
} as const;

/** A request's name. */
export type RequestName = keyof typeof API_REQUESTS;
/** A request's parameters after validation. */
export type RequestParams<Name extends RequestName> = z.output<(typeof API_REQUESTS)[Name]['params']>;
/** A request's result. */
export type RequestResult<Name extends RequestName> =
  (typeof API_REQUESTS)[Name] extends RequestSpec<z.ZodType, infer Result> ? Result : never;

/** Rows that were added or changed, and the keys of rows that were removed; unordered. */
export interface RowsDelta<Row> {
  readonly upserted: readonly Row[];
  readonly removed: readonly string[];
}

/**
 * What changed in an ordered list. The list has each row of `placed` at its position; the other positions have the rows of
 * `kept` in order, which are runs of the list before the change.
 */
export interface ListDelta<Row> {
  /** Rows that were added or changed, by position. */
  readonly placed: readonly { readonly at: number; readonly row: Row }[];
  readonly kept: readonly { readonly from: number; readonly count: number }[];
}

/** Lines that were added, oldest first. */
export interface LinesDelta<Line> {
  readonly appended: readonly Line[];
}

/** Every topic: the type of its snapshot and of its delta. Where both are the same, each push has the whole state. */
export interface ApiTopics {
  status: { snapshot: NodeStatus; delta: NodeStatus };
  /** The chain that the node serves, and what peers asked of it. */
  chain: { snapshot: ChainView; delta: ChainView };
  peers: { snapshot: readonly PeerRow[]; delta: RowsDelta<PeerRow> };
  /** One peer; parameters { id }. Null when it is not connected. */
  peer: { snapshot: PeerDetail | null; delta: PeerDetail | null };
  /** Parameters { protocol }; the same for `discovery` and `lookup`. */
  table: { snapshot: TableSnapshot; delta: TableSnapshot };
  discovery: { snapshot: DiscoveryCounters; delta: DiscoveryCounters };
  /** The newest lookup while it converges; null before the first. */
  lookup: { snapshot: LookupTrace | null; delta: LookupTrace | null };
  traffic: { snapshot: TrafficNow; delta: TrafficNow };
  events: { snapshot: readonly EventLine[]; delta: LinesDelta<EventLine> };
  dials: { snapshot: readonly DialOutcome[]; delta: readonly DialOutcome[] };
  /** The delta has the lists that changed. */
  nodes: { snapshot: NodeLists; delta: Readonly<Partial<Record<NodeListName, ListDelta<NodeListEntry>>>> };
  logs: { snapshot: readonly LogLine[]; delta: LinesDelta<LogLine> };
  dns: { snapshot: readonly DnsTreeView[]; delta: readonly DnsTreeView[] };
  /** Null before the first crawl. */
  crawl: { snapshot: CrawlStatus | null; delta: CrawlStatus | null };
  settings: { snapshot: readonly SettingView[]; delta: readonly SettingView[] };
  bans: { snapshot: readonly Ban[]; delta: RowsDelta<Ban> };
  /** The funnel of candidates; parameters { span, step, code }: `step` and `code` filter the nodes, null selects all. */
  why: { snapshot: WhySnapshot; delta: WhySnapshot };
  /** One node's trace; parameters { id }. */
  trace: { snapshot: NodeTrace; delta: NodeTrace };
  recorder: { snapshot: RecordingStatus; delta: RecordingStatus };
  /** One test; parameters { id }. Null when it is no longer kept. */
  doctor: { snapshot: DoctorReport | null; delta: DoctorReport | null };
  /** Rows of the recording. A request's row is not sent again when it is answered: the answer's row names it. */
  records: { snapshot: readonly RecordRow[]; delta: LinesDelta<RecordRow> };
  /** Commands that the page has not taken, oldest first; see `desktop.taken`. Desktop window only. */
  'desktop.commands': { snapshot: readonly PendingCommand[]; delta: readonly PendingCommand[] };
  /** What is known of a newer version of the program. Desktop window only. */
  'desktop.update': { snapshot: UpdateState; delta: UpdateState };
  'desktop.status': { snapshot: DesktopStatus; delta: DesktopStatus };
}

/** A topic's name. */
export type TopicName = keyof ApiTopics;

/** The schemas of the topics' parameters. */
export const API_TOPICS = {
  status: nothing,
  chain: nothing,
  peers: nothing,
  peer: z.strictObject({ id: nodeId }),
  table: z.strictObject({ protocol: tableProtocol }),
  discovery: z.strictObject({ protocol: tableProtocol }),
  lookup: z.strictObject({ protocol: tableProtocol }),
  traffic: nothing,
  events: nothing,
  dials: nothing,
  nodes: nothing,
  logs: nothing,
  dns: nothing,
  crawl: nothing,
  settings: nothing,
  bans: nothing,
  why: z.strictObject({
    span: whySpan,
    step: z.enum(WHY_STEPS).nullable(),
    code: causeCode.nullable(),
  }),
  trace: z.strictObject({ id: nodeId }),
  recorder: nothing,
  doctor: z.strictObject({ id: doctorId }),
  records: nothing,
  'desktop.commands': nothing,
  'desktop.update': nothing,
  'desktop.status': nothing,
} as const satisfies Record<TopicName, z.ZodType>;

/** Topics that only the desktop window may subscribe to. */
export const DESKTOP_TOPICS: ReadonlySet<string> = new Set<TopicName>([
  'desktop.commands',
  'desktop.status',
  'desktop.update',
]);

/** A topic's parameters. */
export type TopicParams<Name extends TopicName> = z.output<(typeof API_TOPICS)[Name]>;
