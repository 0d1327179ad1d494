import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type { ExternalAddress, ListeningAddress, NatStatus } from '../../shared/model/node.ts';
import type { NodeEntryState, NodeListName } from '../../shared/model/node-list.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';
import type { LivePeer } from '../api/peer-view.ts';
import type { DialStanding, DialTotals } from '../dialing/dial-standing.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { LocalRecord } from '../node-record/local-record.ts';
import type { Node } from '../node-record/node.ts';

/** A node between its start and its stop. */
export interface RunningNode {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly record: LocalRecord;
  /** Undefined with --nodiscover, and where every way to find nodes is off. */
  readonly discovery: Discovery | undefined;
  /** The node lists in DNS; none where nobody is asked. */
  dnsTrees(): readonly DnsTreeView[];
  /** Protocols offered in Hello, `eth/68`, in alphabetical order. */
  readonly capabilities: readonly string[];
  listening(): readonly ListeningAddress[];
  external(): readonly ExternalAddress[];
  nat(): NatStatus;
  peers(): readonly LivePeer[];
  dialTotals(): DialTotals | undefined;
  /** How a node stands with the dial scheduler; undefined while nobody dials. */
  outlook(node: Node): DialStanding | undefined;
  /** How a node of the static or trusted list gets on. */
  standing(node: Node): NodeEntryState;
  isStatic(idHex: string): boolean;
  /** A node was added to a list, or has a new address. */
  listed(list: NodeListName, node: Node): void;
  unlisted(list: NodeListName, idHex: string): void;
  setBootnodes(nodes: readonly Node[]): void;
  /** False when there is no session with that node. */
  disconnect(idHex: string): boolean;
  /** Settings changed that need no restart. */
  applySettings(settings: NodeSettings): void;
  stop(): Promise<void>;
}
