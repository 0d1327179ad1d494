import type { SettingsImportResult } from '../../shared/api-contract.ts';
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

/** Text for the user to keep, with the name to offer for its file. */
export interface ExportedText {
  readonly text: string;
  readonly fileName: string;
}

/** What a list entry is made from. */
export interface NodeEntryInput {
  readonly list: NodeListName;
  readonly text: string;
  readonly label: string | null;
}

/** The node lists as the API edits them. Refusals are EnodeckErrors with a `field` where one input is wrong. */
export interface NodeListControl {
  all(): NodeLists;
  add(input: NodeEntryInput): Promise<NodeListEntry>;
  edit(id: string, input: NodeEntryInput): Promise<NodeListEntry>;
  /**
   * The words in which `add` or `edit` would refuse a text; null where it would be taken.
   * @param editing the entry that the text is for; null for a new one
   */
  check(list: NodeListName, text: string, editing: string | null): Promise<string | null>;
  remove(list: NodeListName, id: string): Promise<boolean>;
  import(list: NodeListName, text: string, partial: boolean): Promise<ImportResult>;
  export(list: NodeListName, format: 'lines' | 'static-nodes.json' | 'toml'): ExportedText;
}

/** Every setting as the API shows and changes it. Refusals are EnodeckErrors with a `field` where one value is wrong. */
export interface SettingsControl {
  views(): readonly SettingView[];
  update(change: SettingsChange): Promise<readonly SettingView[]>;
  reset(key: SettingKey): Promise<readonly SettingView[]>;
  /**
   * Lets the person choose a file or folder for a setting in the system's dialog, and saves nothing.
   * @returns null where none was chosen
   * @throws ApiError `not-available` where there is no dialog
   */
  choosePath(key: PathSettingKey): Promise<string | null>;
  /** @param partial whether to take what is right of a file that is not right as a whole */
  import(text: string, partial: boolean): Promise<SettingsImportResult>;
  export(): ExportedText;
}

/** A ban by hand, as a person asks for it. */
export interface BanInput {
  /** Node ID, enode URL, record, IP address or network in CIDR notation. */
  readonly target: string;
  readonly duration: BanDuration;
  readonly reason: string;
}

/** Who is kept out. */
export interface BanControl {
  /** Those in force, newest first. */
  list(): readonly Ban[];
  add(input: BanInput): Promise<Ban>;
  /** By ID or target. False when there is no such ban. */
  remove(id: string): Promise<boolean>;
}

/** Which past sessions are wanted: older than the key `before`, and that `text` and `node` fit. */
export interface SessionQuery {
  readonly before: string | null;
  readonly limit: number;
  readonly text: string;
  readonly node: string | null;
}

/** Sessions that have ended. */
export interface SessionControl {
  page(query: SessionQuery): Promise<SessionPage>;
  export(format: 'csv' | 'json'): Promise<ExportedText>;
}

/** Why nodes are, or are not, peers. */
export interface WhyControl {
  /** @param step with `code` chooses the nodes that are listed; null chooses all */
  snapshot(span: WhySpan, step: WhyStepName | null, code: string | null): WhySnapshot;
  /** @param node node ID, enode URL or record. @throws ApiError `invalid-node` */
  trace(node: string): NodeTrace;
}

/** A TALKREQ of discovery v5 by hand. */
export interface TalkInput {
  /** Node ID that is known, enode URL or record. */
  readonly node: string;
  readonly protocol: Uint8Array;
  readonly payload: Uint8Array;
}

/** The TALKRESP that came; empty where the node does not speak the protocol. */
export interface TalkAnswer {
  readonly payload: Uint8Array;
  readonly durationMs: number;
}

/** What the ways to find nodes know and do, each apart. What is off or not running has empty tables and null figures. */
export interface DiscoveryControl {
  table(protocol: TableProtocol): TableSnapshot;
  counters(protocol: TableProtocol): DiscoveryCounters;
  /**
   * @param target node ID, enode URL, record, or null for a random one
   * @throws ApiError `not-running`, `invalid-node`
   */
  lookup(protocol: TableProtocol, target: string | null): Promise<LookupTrace>;
  latestLookup(protocol: TableProtocol): LookupTrace | null;
  /** @throws ApiError `not-running`, `invalid-node`; DiscoveryError where no answer came */
  talk(input: TalkInput): Promise<TalkAnswer>;
  /** The newest record of a node that is known here, as text. @param idHex 64 hex digits */
  recordOf(idHex: string): string | null;
  /** The newest record of a node that the network has, as text. @throws ApiError `not-running` */
  findRecord(idHex: string): Promise<string | null>;
  dnsTrees(): readonly DnsTreeView[];
}

/** What a crawl is started with. */
export interface CrawlInput {
  readonly protocol: TableProtocol;
  readonly seconds: number;
  /** Text of a nodes.json to go on from. */
  readonly nodes: string | null;
}

/** The walk through the network that writes down who answers; one at a time. */
export interface CrawlControl {
  /** The one that runs, or ran last; null before the first. */
  status(): CrawlStatus | null;
  /** @throws EnodeckError `not-running`, or with the field `nodes` where the file is none */
  start(input: CrawlInput): CrawlStatus | Promise<CrawlStatus>;
  stop(): CrawlStatus | null;
  /** nodes.json of the last crawl. @throws EnodeckError before the first */
  export(filter: NodeSetFilter): ExportedText & { readonly count: number };
}

/** Lines that are kept in a ring and read from a cursor. */
export interface LineSource<Line> {
  /** All that are kept, oldest first. */
  all(): readonly Line[];
  /** Those after a sequence number, oldest first. */
  after(seq: number): readonly Line[];
}

/** All that the API asks of the node behind it, running or not. */
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
   * Sets a port that is free now and starts the node anew.
   * @throws ApiError `no-free-port`, `not-editable`; EnodeckError why the node cannot start
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
  /** Every peer event from now on, until the returned end; the listener must not throw and must not wait. */
  onPeerEvent(listener: (event: PeerEvent) => void): Unsubscribe;
}
