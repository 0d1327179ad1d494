import type { NodeListName } from './node-list.ts';

/** BOUNDED: nodes of one preview, as many as a list can have. */
export const MAX_PREVIEW_NODES = 10_000;

/** Largest text that can be previewed, in characters: a crawl's nodes.json of MAX_PREVIEW_NODES nodes is 6 million long. */
export const MAX_PREVIEW_CHARACTERS = 8_388_608;

/** The formats of a text with nodes: one per line, a JSON array, geth's TOML, a crawl's nodes.json, the lists of this program. */
export type PreviewFormat = 'lines' | 'json' | 'toml' | 'crawl' | 'lists';

/**
 * What adding a node would do. `new`: it is added. `newer`: the list has the node with an older record, which is replaced.
 * `listed`: the list has it. `repeated`: an earlier line of the text has it. `own`: our own node. `refused`: see `reason`.
 */
export const PREVIEW_STATES = ['new', 'newer', 'listed', 'repeated', 'own', 'refused'] as const;

/** One of PREVIEW_STATES. */
export type PreviewState = (typeof PREVIEW_STATES)[number];

/** A record's sequence number beside that of the known record of the same node. */
export interface PreviewRecord {
  /** Decimal. */
  readonly seq: string;
  readonly knownSeq: string;
  readonly age: 'older' | 'newer' | 'same';
}

/** One node of a text, with what adding it to the list would do. */
export interface PreviewNode {
  /** Position among the nodes of the text, from 0: the key of the row. */
  readonly at: number;
  /** Line in the text, from 1. */
  readonly line: number;
  /** Character of the line where the node is wrong, from 1; null for a valid node, and where no character is at fault. */
  readonly column: number | null;
  /** The enode URL or ENR as written, at most 1,024 characters; empty where the line has none. */
  readonly text: string;
  /** Index in `text` of the character at fault. */
  readonly wrongAt: number | null;
  /** The comment after the node, or its name in a file of lists, at most 64 characters. */
  readonly label: string | null;
  /** Node ID, 64 hex digits; null for a text that is no node. */
  readonly id: string | null;
  readonly host: string | null;
  readonly tcp: number;
  readonly udp: number;
  readonly state: PreviewState;
  /** A sentence why the node is refused. */
  readonly reason: string | null;
  /** The earlier line with the same node. */
  readonly sameAs: number | null;
  /** Other lists that have the node. */
  readonly lists: readonly NodeListName[];
  /** Null for a node without a record, and where no other record of it is known. */
  readonly record: PreviewRecord | null;
}

/** A text with nodes, read for one list. */
export interface NodePreview {
  readonly format: PreviewFormat;
  readonly nodes: readonly PreviewNode[];
  /** Nodes of the text after the first MAX_PREVIEW_NODES. */
  readonly more: number;
  /** Number of nodes for each list in a file that names lists; null for other files. */
  readonly lists: Readonly<Record<NodeListName, number>> | null;
}

/** A node to add; the text is that of the preview. */
export interface NodeAddition {
  readonly text: string;
  readonly label: string | null;
}

/** What happened to one node. `updated`: the entry has the newer record now. `unchanged`: the list already had the node. */
export interface NodeAdditionResult {
  readonly outcome: 'added' | 'updated' | 'unchanged' | 'refused';
  /** A sentence; null unless refused. */
  readonly reason: string | null;
}
