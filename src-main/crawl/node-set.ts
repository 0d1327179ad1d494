/**
 * nodes.json, the file that go-ethereum's devp2p tool keeps of a crawl: an object of nodes by their IDs, each with its
 * record, a score, and the times of requests and answers. (go-ethereum cmd/devp2p/nodeset.go)
 */
import { z } from 'zod';
import { checkValue } from '../../shared/schema-check.ts';
import { describeError } from '../base/errors.ts';
import { NodeTextError, nodeTextOf, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import { NodeSetError } from './errors.ts';

/** A crawled node. Times are Unix milliseconds of whole seconds, 0 for never. */
export interface CrawledNode {
  readonly node: Node;
  /** Number of answered requests; halved at each timeout. */
  readonly score: number;
  readonly firstResponse: number;
  readonly lastResponse: number;
  readonly lastCheck: number;
}

/** Nodes by their IDs in hex. */
export type NodeSet = ReadonlyMap<string, CrawledNode>;

/** BOUNDED: nodes of one set; our choice, several times the size of the largest network. */
export const MAX_CRAWLED_NODES = 100_000;

/** BOUNDED: size of a nodes.json, bytes: more than a set of MAX_CRAWLED_NODES needs. */
export const MAX_NODE_SET_BYTES = 100_000_000;

/** The tool's text for "never" (Go's zero time.Time). */
const NEVER = '0001-01-01T00:00:00Z';

/** The largest time that a Date can hold, milliseconds. */
const MAX_TIME_MS = 8.64e15;

const time = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, 'must be a time')
  .transform((text, context) => {
    const ms = Date.parse(text);
    if (Number.isFinite(ms)) return Math.max(0, Math.floor(ms / 1_000) * 1_000);
    context.addIssue('must be a time');
    return z.NEVER;
  });

const entrySchema = z.object({
  seq: z.number().nonnegative(),
  record: z.string().max(1_024),
  score: z.int().min(0).default(0),
  firstResponse: time.default(0),
  lastResponse: time.default(0),
  lastCheck: time.default(0),
});

/**
 * Reads a nodes.json, and checks the signature, ID and sequence number of every record.
 * @throws NodeSetError names the node at fault
 */
export function parseNodeSet(text: string): NodeSet {
  const content = parseObject(text);
  const ids = Object.keys(content);
  if (ids.length > MAX_CRAWLED_NODES) {
    throw new NodeSetError('too-many-nodes', `the file has more than ${String(MAX_CRAWLED_NODES)} nodes`);
  }
  const nodes = ids.map((id) => [id, parseEntry(id, content[id])] as const);
  return new Map(nodes);
}

function parseObject(text: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new NodeSetError('invalid-json', `the file is no JSON (${describeError(cause)})`, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new NodeSetError('no-node-set', 'the file is no object of nodes by their IDs');
  }
  return content as Record<string, unknown>;
}

function parseEntry(id: string, value: unknown): CrawledNode {
  const refused = (reason: string, options?: ErrorOptions): NodeSetError =>
    new NodeSetError('invalid-node', `node ${id.slice(0, 64)}: ${reason}`, options);
  if (!/^[0-9a-f]{64}$/.test(id)) throw refused('the name must be a node ID of 64 hex digits');
  const checked = checkValue(entrySchema, value);
  if (!checked.ok) throw refused(`${checked.path.map(String).join('.')} ${checked.reason}`.trim());
  const { record, seq, ...checks } = checked.value;
  let node: Node;
  try {
    node = parseNode(record);
  } catch (cause) {
    if (!(cause instanceof NodeTextError)) throw cause;
    throw refused(cause.message, { cause });
  }
  if (node.idHex !== id) throw refused('the record is of another node');
  // JSON has no exact numbers above 2^53.
  if (Number(node.seq) !== seq) throw refused('seq is not that of the record');
  return { node, ...checks };
}

/** Writes a nodes.json as the tool does: sorted by ID, indented by four spaces, without scores of 0. */
export function formatNodeSet(nodes: NodeSet): string {
  return joinNodeSet(
    [...nodes.values()].sort((a, b) => (a.node.idHex < b.node.idHex ? -1 : 1)).map(formatNodeSetEntry),
  );
}

/** A nodes.json of entries that `formatNodeSetEntry` has written, sorted by ID. */
export function joinNodeSet(entries: readonly string[]): string {
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n}`;
}

/** One entry of a nodes.json. Without JSON.stringify: a sequence number has 64 bits. */
export function formatNodeSetEntry({
  node,
  score,
  firstResponse,
  lastResponse,
  lastCheck,
}: CrawledNode): string {
  const fields = [
    `"seq": ${node.seq.toString()}`,
    `"record": ${JSON.stringify(nodeTextOf(node))}`,
    ...(score > 0 ? [`"score": ${String(score)}`] : []),
    `"firstResponse": "${formatTime(firstResponse)}"`,
    `"lastResponse": "${formatTime(lastResponse)}"`,
    `"lastCheck": "${formatTime(lastCheck)}"`,
  ];
  return `    "${node.idHex}": {\n${fields.map((field) => `        ${field}`).join(',\n')}\n    }`;
}

function formatTime(ms: number): string {
  return ms <= 0 || ms > MAX_TIME_MS ? NEVER : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** How many records of a set have each key, sorted by key. */
export function countRecordKeys(nodes: NodeSet): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of nodes.values()) {
    for (const key of node.record?.keys() ?? []) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
