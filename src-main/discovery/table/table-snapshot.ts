import { enrToText } from '../../node-record/enr.ts';
import { enodeUrlOf } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { TableBucket, TableEntry, TableSnapshot } from '../../../shared/model/table.ts';
import type { TableNode } from './bucket.ts';
import type { Table } from './table.ts';

/** What other parts of the program know about a node: its fork, and its client at the last connection. */
export type NodeFacts = Pick<TableEntry, 'forkHash' | 'fork' | 'client'>;

/** The facts of an unknown node. */
export const UNKNOWN_NODE_FACTS: NodeFacts = { forkHash: null, fork: 'unknown', client: null };

/** When the next upkeep of the table starts, Unix milliseconds. */
export interface TableSchedule {
  readonly nextRefreshAt: number | undefined;
  readonly nextRevalidationAt: number | undefined;
}

type TextsOfNode = Pick<TableEntry, 'enode' | 'enr' | 'seq'>;

/** Texts of nodes. Cached, because they never change and snapshots are taken several times per second. */
const textsOfNodes = new WeakMap<Node, TextsOfNode>();

/** The table as plain data for the window, farthest bucket first. */
export function snapshotTable(
  table: Table,
  schedule: TableSchedule,
  factsOf: (node: Node) => NodeFacts,
): TableSnapshot {
  const view = (entry: TableNode): TableEntry => viewEntry(entry, factsOf(entry.node));
  const buckets = table.buckets
    .map((bucket): TableBucket => ({
      distance: bucket.distance,
      entries: bucket.entries.map(view),
      replacements: bucket.replacements.map(view),
    }))
    .reverse();
  const count = (of: (bucket: TableBucket) => number): number =>
    buckets.reduce((sum, bucket) => sum + of(bucket), 0);
  return {
    buckets,
    live: count(({ entries }) => entries.filter(({ live }) => live).length),
    entries: count(({ entries }) => entries.length),
    replacements: count(({ replacements }) => replacements.length),
    nextRefreshAt: schedule.nextRefreshAt ?? null,
    nextRevalidationAt: schedule.nextRevalidationAt ?? null,
  };
}

function viewEntry(entry: TableNode, facts: NodeFacts): TableEntry {
  const { node } = entry;
  return {
    id: node.idHex,
    ip: node.ip ?? '',
    udp: node.udp,
    tcp: node.tcp,
    ...textsOf(node),
    addedToTable: entry.addedToTable,
    addedToBucket: entry.addedToBucket,
    checks: entry.checks,
    live: entry.live,
    revalidation: entry.pace ?? null,
    forkHash: facts.forkHash,
    fork: facts.fork,
    client: facts.client,
  };
}

function textsOf(node: Node): TextsOfNode {
  const known = textsOfNodes.get(node);
  if (known !== undefined) return known;
  const texts = {
    enode: enodeUrlOf(node),
    enr: node.record === undefined ? null : enrToText(node.record),
    seq: node.seq.toString(),
  };
  textsOfNodes.set(node, texts);
  return texts;
}
