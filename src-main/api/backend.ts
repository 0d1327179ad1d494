import type { LogLevel, LogLine } from '../../shared/model/log.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { ImportResult, NodeListEntry, NodeListName, NodeLists } from '../../shared/model/node-list.ts';
import type { DialOutcome, EventLine, PeerDetail, PeerRow } from '../../shared/model/peer.ts';
import type { SeriesSpan, TrafficNow, TrafficSeries } from '../../shared/model/series.ts';
import type { RuntimeSettings } from '../../shared/model/settings.ts';
import type { DiscoveryCounters, LookupTrace, TableSnapshot } from '../../shared/model/table.ts';

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
  remove(list: NodeListName, id: string): Promise<boolean>;
  import(list: NodeListName, text: string, partial: boolean): Promise<ImportResult>;
  export(list: NodeListName, format: 'lines' | 'static-nodes.json'): ExportedText;
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
  readonly events: LineSource<EventLine>;
  readonly logs: LineSource<LogLine>;
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): NodeStatus;
  peers(): readonly PeerRow[];
  peerDetail(id: string): PeerDetail | null;
  /** False when there is no session with that node. */
  disconnect(id: string): boolean;
  table(): TableSnapshot;
  discovery(): DiscoveryCounters;
  /** @param target node ID, enode URL, record, or null for a random one */
  lookup(target: string | null): Promise<LookupTrace>;
  latestLookup(): LookupTrace | null;
  trafficNow(): TrafficNow;
  trafficSeries(span: SeriesSpan): TrafficSeries;
  dials(): readonly DialOutcome[];
  exportLogs(level: LogLevel, text: string): ExportedText;
  settings(): RuntimeSettings;
  updateSettings(change: Partial<RuntimeSettings>): Promise<RuntimeSettings>;
}
