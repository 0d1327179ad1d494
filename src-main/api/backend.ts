import type { SettingsImportResult } from '../../shared/api-contract.ts';
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { PortSettingKey } from '../../shared/model/health-action.ts';
import type { LogLevel, LogLine } from '../../shared/model/log.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { ImportResult, NodeListEntry, NodeListName, NodeLists } from '../../shared/model/node-list.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import type { Ban, BanDuration } from '../../shared/model/ban.ts';
import type { SessionPage } from '../../shared/model/session.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { NodeTrace, WhySnapshot, WhySpan, WhyStepName } from '../../shared/model/why.ts';
import type { PathSettingKey, SettingKey, SettingsChange } from '../../shared/settings-table.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { PeerEvent } from '../events/peer-events.ts';
import type { CrawlStatus, NodeSetFilter } from '../../shared/model/crawl.ts';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type {
  DiscoveryCounters,
  LookupTrace,
  TableProtocol,
  TableSnapshot,
} from '../../shared/model/table.ts';

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
  add(input: NodeEntryInput): Promise<NodeListEntry>;
  edit(id: string, input: NodeEntryInput): Promise<NodeListEntry>;
  /**
   * Returns the message with which `add` or `edit` would refuse a text; null when it is valid.
   * @param editing the entry that the text is for; null for a new one
   */
  check(list: NodeListName, text: string, editing: string | null): Promise<string | null>;
  remove(list: NodeListName, id: string): Promise<boolean>;
  import(list: NodeListName, text: string, partial: boolean): Promise<ImportResult>;
  export(list: NodeListName, format: 'lines' | 'static-nodes.json' | 'toml'): ExportedText;
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
  /** Newest known record of a node as text; null when it is unknown. @param idHex 64 hex digits */
  recordOf(idHex: string): string | null;
  /** Looks up the newest record of a node in the network, as text. @throws ApiError `not-running` */
  findRecord(idHex: string): Promise<string | null>;
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

/** Ring buffer of numbered lines. */
export interface LineSource<Line> {
  /** All lines, oldest first. */
  all(): readonly Line[];
  /** Lines after a sequence number, oldest first. */
  after(seq: number): readonly Line[];
}

/** Everything that the API uses of the node, running or not. */
export interface ApiBackend {
  readonly lists: NodeListControl;
  readonly settings: SettingsControl;
  readonly bans: BanControl;
  readonly sessions: SessionControl;
  readonly why: WhyControl;
  readonly discovery: DiscoveryControl;
  readonly crawl: CrawlControl;
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
  peers(): readonly PeerRow[];
  peerDetail(id: string): PeerDetail | null;
  /** False when there is no session with that node. */
  disconnect(id: string): boolean;
  trafficNow(): TrafficNow;
  trafficSeries(span: SeriesSpan): TrafficSeries;
  dials(): readonly DialOutcome[];
  exportLogs(level: LogLevel, text: string): ExportedText;
  /** Subscribes to peer events. The listener must not throw or block. */
  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe;
}
