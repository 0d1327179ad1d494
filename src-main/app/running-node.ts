import type { RelayTotals, ServedKind } from '../../shared/model/chain.ts';
import type { StopStep } from '../../shared/model/desktop.ts';
import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type { ExternalAddress, ListeningAddress, NatStatus } from '../../shared/model/node.ts';
import type { NodeEntryState, NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { LivePeer } from '../api/peer-view.ts';
import type { DialState, DialTotals } from '../dialing/dial-state.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { EndCause } from '../events/events.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';

/** The node while it runs; undefined while it is stopped. The backend sets it, the controls read it. */
export interface CurrentNode {
  readonly node: RunningNode | undefined;
}

/** A node between its start and its stop. */
export interface RunningNode {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly record: LocalRecord;
  /** Undefined with --nodiscover, and where every way to find nodes is off. */
  readonly discovery: Discovery | undefined;
  /** The DNS node lists; empty when none is queried. */
  dnsTrees(): readonly DnsTreeView[];
  /** Protocols offered in Hello, `eth/68`, in alphabetical order. */
  readonly capabilities: readonly string[];
  listening(): readonly ListeningAddress[];
  external(): readonly ExternalAddress[];
  nat(): NatStatus;
  peers(): readonly LivePeer[];
  /** Requests of all peers since the start, by kind. */
  served(): readonly ServedKind[];
  /** Transactions since the start; undefined without a transaction pool. */
  relayed(): RelayTotals | undefined;
  dialTotals(): DialTotals | undefined;
  /** The dial state of a node; undefined while no scheduler runs. */
  dialState(node: Node): DialState | undefined;
  /** The state of an entry of the static or trusted list. */
  entryState(node: Node): NodeEntryState;
  isStatic(idHex: string): boolean;
  /** Applies that a node was added to a list, or has a new address. */
  listed(list: NodeListName, node: Node): void;
  unlisted(list: NodeListName, idHex: string): void;
  setBootnodes(nodes: readonly Node[]): void;
  /** Dials a node on request, unless there is a session. @returns the cause of a failure; undefined for a session */
  dial(node: Node): Promise<EndCause | undefined>;
  /** False when there is no session with that node. */
  disconnect(idHex: string): boolean;
  /** Applies the settings that need no restart. */
  applySettings(settings: NodeSettings): void;
  /** What `stop` has still to do, the current step first. */
  unstopped(): readonly StopStep[];
  stop(): Promise<void>;
}
