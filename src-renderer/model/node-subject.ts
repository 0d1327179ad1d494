import type { KnownNode } from '../../shared/model/known-node.ts';
import type { NodeListEntry, NodeLists } from '../../shared/model/node-list.ts';
import type { PeerFlags, PeerRow } from '../../shared/model/peer.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import type { LookupTrace, TableEntry } from '../../shared/model/table.ts';
import type { WhyNode } from '../../shared/model/why.ts';
import { shortId } from '../../shared/format.ts';
import { formatEndpoint, splitEndpoint, visibleText } from './format.ts';

/** A node that a menu, a bar of actions or a dialog acts on. */
export interface NodeSubject {
  /** Node ID, 64 hex digits. */
  readonly id: string;
  /** Label or client name. */
  readonly name: string | null;
  readonly label: string | null;
  readonly ip: string | null;
  readonly port: number | null;
  /** Null where it is asked for when it is needed. */
  readonly enode: string | null;
  readonly enr: string | null;
  readonly kind: PeerFlags;
  /** Whether it has a session now. */
  readonly connected: boolean;
}

/** What the window knows of any node now. */
export interface NodeStanding {
  readonly lists: NodeLists | null;
  readonly isConnected: (id: string) => boolean;
}

/** The IDs of a list, made once for each state of it: a selection asks for thousands of nodes. */
const listIds = new WeakMap<readonly NodeListEntry[], ReadonlySet<string>>();

function isOn(list: readonly NodeListEntry[] | undefined, id: string): boolean {
  if (list === undefined) return false;
  let ids = listIds.get(list);
  if (ids === undefined) {
    ids = new Set(list.map((entry) => entry.id));
    listIds.set(list, ids);
  }
  return ids.has(id);
}

/** The lists that a node is on. */
export const flagsOf = (lists: NodeLists | null, id: string): PeerFlags => ({
  static: isOn(lists?.static, id),
  trusted: isOn(lists?.trusted, id),
});

/** The subject of a peer; of one that left, without a session. */
export const subjectOfPeer = (row: PeerRow, connected = true): NodeSubject => ({
  id: row.id,
  name: row.label ?? row.name,
  label: row.label,
  ip: row.ip,
  port: row.port,
  enode: null,
  enr: null,
  kind: row.kind,
  connected,
});

/** The subject of a known node. */
export const subjectOfKnown = (node: KnownNode, { isConnected }: NodeStanding): NodeSubject => ({
  id: node.id,
  name: node.label ?? node.client,
  label: node.label,
  ip: node.ip,
  port: node.tcp || node.udp,
  enode: node.enode,
  enr: node.enr,
  kind: { static: node.lists.includes('static'), trusted: node.lists.includes('trusted') },
  connected: isConnected(node.id),
});

/** The subject of the node of a past session, which may have another one now. */
export const subjectOfSession = (
  record: SessionRecord,
  { lists, isConnected }: NodeStanding,
): NodeSubject => ({
  id: record.nodeId,
  name: record.label ?? record.name,
  label: record.label,
  ip: record.ip,
  port: record.port,
  enode: null,
  enr: null,
  kind: flagsOf(lists, record.nodeId),
  connected: isConnected(record.nodeId),
});

/** The subject of a node of which the latest step is shown. */
export function subjectOfWhy(node: WhyNode, { lists, isConnected }: NodeStanding): NodeSubject {
  const endpoint = node.address === null ? null : splitEndpoint(node.address);
  return {
    id: node.id,
    name: node.name,
    label: null,
    ip: endpoint?.ip ?? null,
    port: endpoint?.port ?? null,
    enode: null,
    enr: null,
    kind: flagsOf(lists, node.id),
    connected: isConnected(node.id),
  };
}

/** The subject of an entry of a node list. */
export const subjectOfEntry = (entry: NodeListEntry, lists: NodeLists | null): NodeSubject => ({
  id: entry.id,
  name: entry.label,
  label: entry.label,
  ip: entry.host,
  port: entry.tcp || entry.udp,
  ...textsOf(entry.text),
  kind: flagsOf(lists, entry.id),
  connected: entry.state.state === 'connected',
});

/** The subject of a node of a discovery table. */
export const subjectOfTableEntry = (
  entry: TableEntry,
  { lists, isConnected }: NodeStanding,
): NodeSubject => ({
  id: entry.id,
  name: entry.client,
  label: null,
  ip: entry.ip,
  port: entry.tcp || entry.udp,
  enode: entry.enode,
  enr: entry.enr,
  kind: flagsOf(lists, entry.id),
  connected: isConnected(entry.id),
});

/** The subject of a node that a lookup found. */
export const subjectOfFound = (
  { id, ip, udp, enode }: LookupTrace['closest'][number],
  { lists, isConnected }: NodeStanding,
): NodeSubject => ({
  ...{ id, name: null, label: null, ip, port: udp, enode, enr: null },
  ...{ kind: flagsOf(lists, id), connected: isConnected(id) },
});

const textsOf = (text: string): Pick<NodeSubject, 'enode' | 'enr'> =>
  text.startsWith('enr:') ? { enode: null, enr: text } : { enode: text, enr: null };

/** The address of a node; null if it is not known. */
export const addressOf = ({ ip, port }: NodeSubject): string | null =>
  ip === null ? null : port === null ? ip : formatEndpoint(visibleText(ip), port);

/** A node in a sentence: its name or short ID, and its address. */
export function describeSubject(subject: NodeSubject): string {
  const name = visibleText(subject.name ?? '').trim() || shortId(subject.id, 8, 6);
  const address = addressOf(subject);
  return address === null ? name : `${name}, ${address}`;
}
