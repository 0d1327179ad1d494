/**
 * Texts with nodes as people paste and open them: enode URLs and records, one per line or separated by commas; geth's
 * static-nodes.json, an array of such texts; geth's TOML; nodes.json of a crawl, an object of records by node ID
 * (go-ethereum cmd/devp2p/nodeset.go); the file of this program's lists.
 */
import { NODE_LISTS, type NodeListName } from '../../shared/model/node-list.ts';
import { MAX_PREVIEW_NODES, type PreviewFormat } from '../../shared/model/node-preview.ts';
import { refuseNodeText } from '../../shared/enode.ts';
import { placedNodeTexts, startsAsToml } from '../../shared/node-texts.ts';
import { JsonTextError, parseJsonTree, type JsonMember, type JsonNode } from '../base/json-tree.ts';
import { lineCounter } from '../base/line-counter.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { GETH_LIST_KEYS, readGethToml } from './geth-toml.ts';

/** One node of a text, not validated, or a line where a node is due. */
export interface PastedNode {
  /** From 1. */
  readonly line: number;
  /** Character of the line where the text starts, from 1; null where the format has no place for it. */
  readonly column: number | null;
  readonly text: string;
  /** As written, at most MAX_LABEL_TEXT characters. */
  readonly label: string | null;
  /** The node ID under which a crawl has the record. */
  readonly id: string | null;
  /** Why there is no node; null for a text that may be one. A phrase without a full stop. */
  readonly fault: string | null;
}

/** The nodes of a text for one list. */
export interface PastedNodes {
  readonly format: PreviewFormat;
  /** BOUNDED: the limit of the caller. */
  readonly nodes: readonly PastedNode[];
  /** Number of further nodes. */
  readonly more: number;
  /** Number of nodes for each list in a file that names lists; null for other files. */
  readonly lists: Readonly<Record<NodeListName, number>> | null;
}

/** BOUNDED: characters of a label before it is made presentable. */
const MAX_LABEL_TEXT = 256;

/**
 * Finds the nodes of a text. Its first line that is neither empty nor a comment (#) decides the format.
 * @param list the list to read from a file that names lists
 * @param limit how many nodes are returned; the rest is counted
 */
export function parsePastedNodes(text: string, list: NodeListName, limit = MAX_PREVIEW_NODES): PastedNodes {
  const first = firstLine(text);
  const { nodes, ...rest } = startsAsToml(first)
    ? parseToml(text, list)
    : /^[[{]/.test(first)
      ? parseJson(text, list)
      : parseLines(text, limit);
  return { ...rest, nodes: nodes.slice(0, limit), more: rest.more + Math.max(0, nodes.length - limit) };
}

/**
 * The node of a text. @throws NodeTextError
 */
export function nodeOfPasted({ text, id, fault }: PastedNode): Node {
  if (fault !== null) throw new NodeTextError(refuseNodeText('prefix', 'no-node', fault));
  const node = parseNode(text);
  if (id === null || node.idHex === id) return node;
  throw new NodeTextError(
    refuseNodeText('record', 'other-node', 'The record is of another node than its name'),
  );
}

function firstLine(text: string): string {
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== '' && !line.startsWith('#')) return line;
    start = end + 1;
  }
  return '';
}

function parseLines(text: string, limit: number): PastedNodes {
  const nodes: PastedNode[] = [];
  let more = 0;
  for (const { line, column, text: node, comment } of placedNodeTexts(text)) {
    if (nodes.length < limit) {
      nodes.push({ ...nodeAt(line, node), column, label: labelOf(comment) });
    } else more++;
  }
  return { format: 'lines', nodes, more, lists: null };
}

function parseToml(text: string, list: NodeListName): PastedNodes {
  const { lists, errors } = readGethToml(text);
  const nodes = lists[list]?.map(({ line, text: node }) => nodeAt(line, node)) ?? [];
  // Errors elsewhere in the file do not concern the list, unless the file cannot be parsed.
  const ours = errors.filter(({ of }) => of === list || of === undefined);
  const faults = ours.map(({ line, reason }) => faultAt(line, reason));
  if (lists[list] === undefined && faults.length === 0) {
    faults.push(faultAt(1, `there is no ${GETH_LIST_KEYS[list]} in a table [Node.P2P]`));
  }
  const all = [...nodes, ...faults].sort((a, b) => a.line - b.line);
  return pasted(
    'toml',
    all,
    countLists((name) => lists[name]?.length ?? 0),
  );
}

function parseJson(text: string, list: NodeListName): PastedNodes {
  try {
    const { root, text: source } = parseJsonTree(text, { comments: false });
    const lineOf = lineCounter(source);
    if (root.kind === 'array') {
      return pasted(
        'json',
        root.elements.map((element) => arrayNode(element, lineOf)),
        null,
      );
    }
    if (root.kind !== 'object') return pasted('json', [faultAt(1, 'a list in [ ] is expected')], null);
    const ownLists = root.members.some(({ name }) => NODE_LISTS.some((known) => known === name));
    if (ownLists) return parseLists(root.members, list, lineOf);
    return pasted(
      'crawl',
      root.members.map((member) => crawledNode(member, lineOf)),
      null,
    );
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return pasted('json', [{ ...faultAt(error.line, error.message), column: error.column }], null);
  }
}

type LineOf = (offset: number) => number;

function arrayNode(element: JsonNode, lineOf: LineOf): PastedNode {
  const line = lineOf(element.offset);
  const text = textOf(element);
  return text === undefined ? faultAt(line, 'a text in double quotes is expected') : nodeAt(line, text);
}

/** A member `"<node ID>": { "record": "enr:…" }`. */
function crawledNode({ name, offset, value }: JsonMember, lineOf: LineOf): PastedNode {
  const id = /^[0-9a-f]{64}$/.test(name) ? name : undefined;
  const record = value.kind === 'object' ? memberOf(value.members, 'record') : undefined;
  const text = textOf(record);
  if (id === undefined) return faultAt(lineOf(offset), 'a node ID of 64 hex digits is expected as the name');
  if (record === undefined || text === undefined) return faultAt(lineOf(offset), 'the node has no record');
  return { ...nodeAt(lineOf(record.offset), text), id };
}

/** The file of this program's lists: `{ "static": [{ "node": "enode://…", "name": null }] }`. */
function parseLists(members: readonly JsonMember[], list: NodeListName, lineOf: LineOf): PastedNodes {
  const entriesOf = (name: NodeListName): readonly JsonNode[] => {
    const value = memberOf(members, name);
    return value?.kind === 'array' ? value.elements : [];
  };
  const nodes = entriesOf(list).map((entry) => {
    const parts = entry.kind === 'object' ? entry.members : [];
    const text = textOf(memberOf(parts, 'node'));
    const line = lineOf(entry.offset);
    if (text === undefined) return faultAt(line, 'an entry with the text of its node is expected');
    return { ...nodeAt(line, text), label: labelOf(textOf(memberOf(parts, 'name')) ?? null) };
  });
  return pasted(
    'lists',
    nodes,
    countLists((name) => entriesOf(name).length),
  );
}

const memberOf = (members: readonly JsonMember[], name: string): JsonNode | undefined =>
  members.find((member) => member.name === name)?.value;

const textOf = (node: JsonNode | undefined): string | undefined =>
  node?.kind === 'plain' && typeof node.value === 'string' ? node.value.trim() : undefined;

const countLists = (countOf: (list: NodeListName) => number): Record<NodeListName, number> => ({
  bootnodes: countOf('bootnodes'),
  static: countOf('static'),
  trusted: countOf('trusted'),
});

const nodeAt = (line: number, text: string): PastedNode => ({
  ...{ line, column: null, text, label: null, id: null, fault: null },
});

const faultAt = (line: number, fault: string): PastedNode => ({ ...nodeAt(line, ''), fault });

const pasted = (
  format: PreviewFormat,
  nodes: readonly PastedNode[],
  lists: PastedNodes['lists'],
): PastedNodes => ({
  ...{ format, nodes, lists, more: 0 },
});

/** A label that is not empty, cut; null for an empty one. */
const labelOf = (text: string | null): string | null => text?.slice(0, MAX_LABEL_TEXT) || null;
