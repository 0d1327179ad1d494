import type { RequestParams } from '../../shared/api-contract.ts';
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { PortSettingKey } from '../../shared/model/health-action.ts';
import type { LogLevel, LogLine } from '../../shared/model/log.ts';
import type {
  ComposerInput,
  ComposerPreview,
  ComposerResult,
  ComposerTarget,
} from '../../shared/model/composer.ts';
import type { ChainView } from '../../shared/model/chain.ts';
import type { DialResult, HealthCheck, NodeStatus } from '../../shared/model/node.ts';
import type { NodeListEntry, NodeListName, NodeLists, RestoreResult } from '../../shared/model/node-list.ts';
import type { NodeAddition, NodeAdditionResult, NodePreview } from '../../shared/model/node-preview.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import type { OwnNodeReport } from '../../shared/model/own-node.ts';
import type { Ban, BanDuration } from '../../shared/model/ban.ts';
import type {
  ExportedRecording,
  RecordDetail,
  RecordingScope,
  RecordingStatus,
  RecordRow,
  RecordSummary,
} from '../../shared/model/recording.ts';
import type { FirstStartFacts } from '../../shared/model/first-start.ts';
import type { NetworkName } from '../../shared/settings/network.ts';
import type { IdentityDetails, KeyCandidate } from '../../shared/model/identity.ts';
import type { SessionChange, SessionPage } from '../../shared/model/session.ts';
import type { DecodedMessage } from '../../shared/model/wire.ts';
import type { SettingsImportResult, SettingView } from '../../shared/model/settings.ts';
import type { NodeTrace, WhySnapshot, WhySpan, WhyStepName } from '../../shared/model/why.ts';
import type { PathSettingKey, SettingKey, SettingsChange } from '../../shared/settings-table.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { PeerEvent } from '../events/peer-events.ts';
import type { ExportedNodes, KnownPage } from '../../shared/model/known-node.ts';
import type { CrawlStatus, NodeSetFilter } from '../../shared/model/crawl.ts';
import type { DoctorRecord, DoctorReport, DoctorStepName, DoctorSummary } from '../../shared/model/doctor.ts';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type {
  DiscoveryCounters,
  LookupTrace,
  TableProtocol,
  TableSnapshot,
} from '../../shared/model/table.ts';
import type { DesktopControl } from './desktop-control.ts';
import type { Discv5Control } from './discv5-control.ts';

/** Exported text with a suggested file name. */
export interface ExportedText {
  readonly text: string;
  readonly fileName: string;
}

/** Input of a list entry. */
export interface NodeEntryInput {
  readonly list: NodeListName;
  readonly text: string;
  readonly label: string | null;
}

/** Access to the node lists. Refusals are EnodeckErrors, with a `field` for an invalid input. */
export interface NodeListControl {
  all(): NodeLists;
  /** The entries of a list without their states, which take the most time of `all`. */
  entries(list: NodeListName): readonly Pick<NodeListEntry, 'id' | 'text' | 'label'>[];
  /** One entry, without those of the other nodes. @param id 64 lower-case hex digits */
  find(list: NodeListName, id: string): NodeListEntry | undefined;
  add(input: NodeEntryInput): Promise<NodeListEntry>;
  edit(id: string, input: NodeEntryInput): Promise<NodeListEntry>;
  /**
   * Returns the message with which `add` or `edit` would refuse a text; null when it is valid.
   * @param editing the entry that the text is for; null for a new one
   */
  check(list: NodeListName, text: string, editing: string | null): Promise<string | null>;
  remove(list: NodeListName, id: string): Promise<boolean>;
  /** Moves an entry in front of the entry `before`, or to the end for null. @returns whether the order changed */
  move(list: NodeListName, id: string, before: string | null): Promise<boolean>;
  /** Puts back entries that were removed a short time ago, with label, position and time. @param ids the latest removal last */
  restore(list: NodeListName, ids: readonly string[]): Promise<RestoreResult>;
  export(list: NodeListName, format: 'lines' | 'static-nodes.json' | 'toml'): ExportedText;
}

/** Access to texts with many nodes. */
export interface PastedNodeControl {
  /** What each node of a text is for a list, before anything is added. */
  preview(list: NodeListName, text: string): Promise<NodePreview>;
  /** Adds the nodes that can be added, in one write. @returns what happened to each, in their order */
  add(list: NodeListName, additions: readonly NodeAddition[]): Promise<readonly NodeAdditionResult[]>;
}

/** Access to the settings. Refusals are EnodeckErrors, with a `field` for an invalid value. */
export interface SettingsControl {
  views(): readonly SettingView[];
  update(change: SettingsChange): Promise<readonly SettingView[]>;
  reset(key: SettingKey): Promise<readonly SettingView[]>;
  /**
   * Opens the system's dialog to choose a file or folder for a setting. Saves nothing.
   * @returns null when the user cancels
   * @throws ApiError `not-available` when there is no dialog
   */
  choosePath(key: PathSettingKey): Promise<string | null>;
  /** @param partial whether to import the valid entries of a file with invalid entries */
  import(text: string, partial: boolean): Promise<SettingsImportResult>;
  export(): ExportedText;
}

/** Access to the node key. Refusals are EnodeckErrors, with a `field` for a wrong parameter. */
export interface IdentityControl {
  details(): Promise<IdentityDetails>;
  /** The node key, encrypted with a password. */
  export(password: string): Promise<ExportedText>;
  /** Holds a key that may replace the node's; null when the user cancels the dialog. */
  prepare(source: RequestParams<'identity.prepare'>): Promise<KeyCandidate | null>;
  unlock(id: string, password: string): Promise<KeyCandidate>;
  /** Stores a held key for the next start. */
  apply(id: string): Promise<IdentityDetails>;
  discard(id: string): void;
}

/** Access to the choice at the first start of a data folder. Each method throws ApiError `not-available` once it is made. */
export interface FirstStartControl {
  /** Whether the node waits for the choice. */
  readonly isOpen: boolean;
  facts(): Promise<FirstStartFacts>;
  /**
   * Saves the choice as settings.
   * @returns whether the program restarts for it; otherwise the choice is open until the node starts
   * @throws SettingsError or StoreError when it cannot be saved
   */
  choose(network: NetworkName, port: number): Promise<boolean>;
  /** Leaves the node stopped and the settings unchanged. */
  skip(): Promise<void>;
  /** Restarts the program with the demo network; the choice stays open. */
  tryDemo(): void;
}

/** Input of a manual ban. */
export interface BanInput {
  /** Node ID, enode URL, record, IP address or network in CIDR notation. */
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}

/** Access to the bans. */
export interface BanControl {
  /** Active bans, newest first. */
  list(): readonly Ban[];
  add(input: BanInput): Promise<Ban>;
  /** Removes a ban by ID or target. False when there is no such ban. */
  remove(id: string): Promise<boolean>;
}

/** Query for past sessions: older than the key `before`, matching `text` and `node`. */
export interface SessionQuery {
  readonly before: string | null;
  readonly limit: number;
  readonly text: string;
  readonly node: string | null;
}

/** Access to the history of sessions. */
export interface SessionControl {
  page(query: SessionQuery): Promise<SessionPage>;
  /** Calls the listener with each session that starts or ends. It must not throw or block. */
  onChange(listener: (change: SessionChange) => void): Unsubscribe;
  export(format: 'csv' | 'json'): Promise<ExportedText>;
}

/** Access to the reasons why nodes are or are not peers. */
export interface WhyControl {
  /** @param step together with `code` filters the listed nodes; null lists all */
  snapshot(span: WhySpan, step: WhyStepName | null, code: CauseCode | null): WhySnapshot;
  /** @param node node ID, enode URL or record. @throws ApiError `invalid-node` */
  trace(node: string): NodeTrace;
  /** The time of snapshots and traces, Unix milliseconds. */
  now(): number;
}

/** Input of a manual TALKREQ of discovery v5. */
export interface TalkInput {
  /** Known node ID, enode URL or record. */
  readonly node: string;
  readonly protocol: Uint8Array;
  readonly payload: Uint8Array;
}

/** A received TALKRESP; the payload is empty when the node does not support the protocol. */
export interface TalkAnswer {
  readonly payload: Uint8Array;
  readonly durationMs: number;
}

/** Access to discovery v4, v5 and DNS. A protocol that is disabled or not running has empty tables and null figures. */
export interface DiscoveryControl {
  table(protocol: TableProtocol): TableSnapshot;
  counters(protocol: TableProtocol): DiscoveryCounters;
  /**
   * @param target node ID, enode URL, record, or null for a random one
   * @throws ApiError `not-running`, `invalid-node`
   */
  lookup(protocol: TableProtocol, target: string | null): Promise<LookupTrace>;
  latestLookup(protocol: TableProtocol): LookupTrace | null;
  /** @throws ApiError `not-running`, `invalid-node`; DiscoveryError when there is no answer */
  talk(input: TalkInput): Promise<TalkAnswer>;
  dnsTrees(): readonly DnsTreeView[];
}

/** Input of a crawl. */
export interface CrawlInput {
  readonly protocol: TableProtocol;
  readonly seconds: number;
  /** Text of a nodes.json to continue from. */
  readonly nodes: string | null;
}

/** Access to the crawl; one runs at a time. */
export interface CrawlControl {
  /** Status of the running or last crawl; null before the first. */
  status(): CrawlStatus | null;
  /** @throws EnodeckError `not-running`, or with the field `nodes` when the file is invalid */
  start(input: CrawlInput): CrawlStatus | Promise<CrawlStatus>;
  stop(): CrawlStatus | null;
  /** Exports nodes.json of the last crawl. @throws EnodeckError before the first crawl */
  export(filter: NodeSetFilter): ExportedText & { readonly count: number };
}

/** Access to all known nodes: those of the database, the tables, the lists and the sessions. */
export interface KnownNodeControl {
  /** @throws ApiError `invalid-parameters` with the field that is wrong */
  page(query: RequestParams<'nodes.known'>): Promise<KnownPage>;
  /** The matching nodes as a file. @throws ApiError `invalid-parameters` with the field that is wrong */
  export(query: RequestParams<'nodes.exportKnown'>): Promise<ExportedNodes>;
}

/** Access to dials on request. */
export interface DialControl {
  /** Dials a known node; resolves when there is a session or a refusal. @throws ApiError `not-running`, `invalid-node` */
  dial(id: string): Promise<DialResult>;
}

/** Confirmations of a person for raw bytes: that they may end the session, and that a static or trusted peer may be lost. */
export interface RawConsent {
  readonly confirmRaw: boolean;
  readonly confirmListed: boolean;
}

/** Access to the composer. Refusals are ApiErrors with the field that is wrong. */
export interface ComposerControl {
  /** @param node node ID, enode URL or record */
  messages(node: string): ComposerTarget;
  /** The bytes that `send` would send. */
  preview(input: ComposerInput): ComposerPreview;
  /** Sends a message; resolves with its answer, or without one after 15 s. */
  send(input: ComposerInput, consent: RawConsent): Promise<ComposerResult>;
}

/** What the Doctor tests. */
export interface DoctorInput {
  /** An enode URL, a record, a node ID or a public key. */
  readonly input: string;
  /** Whether a person agreed to contact an address that is not one of the public internet. */
  readonly special: boolean;
}

/** Access to the tests of nodes. */
export interface DoctorControl {
  /** @returns the ID of the test. @throws ApiError `invalid-parameters`, `busy` */
  start(input: DoctorInput): string;
  /** Starts a test and waits for its end. @throws ApiError `invalid-parameters`, `busy` */
  run(input: DoctorInput): Promise<DoctorReport>;
  /** False when no such test runs. */
  stop(id: string): boolean;
  /** Newest first. */
  list(): readonly DoctorSummary[];
  /** Null for a test that is no longer kept. */
  report(id: string): DoctorReport | null;
  /** The packets and messages of a step that are still kept, decoded. */
  records(id: string, step: DoctorStepName): readonly DoctorRecord[];
  /** Calls the listener with the report of a test when one of its steps starts or ends, and when it ends. */
  onProgress(listener: (report: DoctorReport) => void): Unsubscribe;
}

/** Ring buffer of numbered lines. */
export interface LineSource<Line> {
  /** All lines, oldest first. */
  all(): readonly Line[];
  /** Lines after a sequence number, oldest first. */
  after(seq: number): readonly Line[];
  /** Grows when other lines replace all of them; absent where that cannot happen. */
  readonly edition?: number;
}

/** Access to the recording of messages; its rows are numbered lines. */
export interface RecorderControl extends LineSource<RecordRow> {
  status(): RecordingStatus;
  /** Starts recording, or changes what is recorded. */
  start(scope: RecordingScope): RecordingStatus;
  stop(): RecordingStatus;
  clear(): RecordingStatus;
  /** A record with its payload and fields; null when it is no longer kept. */
  detail(seq: number): RecordDetail | null;
  /** One line for each of the records that are still kept. */
  summaries(seqs: readonly number[]): Promise<readonly RecordSummary[]>;
  /** Sequence numbers of the matching records, oldest first. @throws ApiError with the field `filter` */
  search(filter: string): Promise<readonly number[]>;
  /** Matching records, decoded, newest first. @param before null for the newest; @throws ApiError with the field `filter` */
  page(filter: string, before: number | null, limit: number): Promise<readonly RecordDetail[]>;
  /** A subscription to rows of new records that match a filter. @throws ApiError with the field `filter` */
  follow(filter: string): (listener: (row: RecordRow) => void) => Unsubscribe;
  /** Records as a file; of the chosen ones those that are still kept. @throws EnodeckError when it is too large */
  export(options: RequestParams<'recorder.export'>): Promise<ExportedRecording>;
  /** Shows a file in place of the recording. @throws EnodeckError that names the first wrong line */
  import(fileName: string, text: string): Promise<RecordingStatus>;
  /** Shows the recording again. */
  close(): RecordingStatus;
  /** Decodes a payload. @throws ApiError for a protocol or a code that is not decoded */
  decode(protocol: string, code: number, payload: string): DecodedMessage;
}

/** Everything that the API uses of the node, running or not. */
export interface ApiBackend {
  readonly lists: NodeListControl;
  readonly pasted: PastedNodeControl;
  readonly settings: SettingsControl;
  readonly bans: BanControl;
  readonly identity: IdentityControl;
  readonly firstStart: FirstStartControl;
  readonly sessions: SessionControl;
  readonly why: WhyControl;
  readonly discovery: DiscoveryControl;
  readonly discv5: Discv5Control;
  readonly crawl: CrawlControl;
  readonly known: KnownNodeControl;
  readonly recorder: RecorderControl;
  readonly composer: ComposerControl;
  readonly dialer: DialControl;
  readonly doctor: DoctorControl;
  readonly desktop: DesktopControl;
  readonly events: LineSource<EventLine>;
  readonly logs: LineSource<LogLine>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Sets a free port and restarts the node.
   * @throws ApiError `no-free-port`, `not-editable`; EnodeckError when the node cannot start
   */
  useFreePort(key: PortSettingKey): Promise<number>;
  status(): NodeStatus;
  /** The chain that the node serves. */
  chain(): ChainView;
  /** Checks what other nodes can reach of this node. */
  ownNode(): OwnNodeReport;
  peers(): readonly PeerRow[];
  peerDetail(id: string): PeerDetail | null;
  /** False when there is no session with that node. */
  disconnect(id: string): boolean;
  trafficNow(): TrafficNow;
  trafficSeries(span: SeriesSpan): TrafficSeries;
  dials(): readonly DialOutcome[];
  exportLogs(level: LogLevel, text: string): ExportedText;
  /** Calls the listener with the health list, at first and when the state of a check has changed. It must not throw or block. */
  onHealth(listener: (health: readonly HealthCheck[]) => void): Unsubscribe;
  /** Subscribes to peer events. The listener must not throw or block. */
  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe;
}
