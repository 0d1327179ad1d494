import type { DnsTreeView } from '../../shared/model/dns-tree.ts';
import type {
  DiscoveryCounters,
  LookupTrace,
  TableEntry,
  TableProtocol,
  TableSnapshot,
} from '../../shared/model/table.ts';
import { ApiError } from '../api/api-error.ts';
import type { DiscoveryControl, TalkAnswer, TalkInput } from '../api/backend.ts';
import type { Clock } from '../base/runtime.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { NodeStore } from '../store/node-store.ts';
import type { CurrentNode, RunningNode } from './running-node.ts';
import type { DiscoveryEngine } from '../discovery/engine.ts';
import { hexToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';

/** Log distances of the table's buckets, the farthest first. */
const DISTANCES = Array.from({ length: 17 }, (_, index) => 256 - index);

/** How long no lookup of the node replaces one that the user requested, milliseconds (our choice). */
const REQUESTED_SHOWN_MS = 600_000;

const EMPTY_TABLE: TableSnapshot = {
  buckets: DISTANCES.map((distance) => ({ distance, entries: [], replacements: [] })),
  live: 0,
  entries: 0,
  replacements: 0,
  nextRefreshAt: null,
  nextRevalidationAt: null,
};

/** Constructor arguments of DiscoveryController. */
export interface DiscoveryControlParts {
  readonly clock: Clock;
  readonly nodes: Pick<NodeStore, 'getNode'>;
  readonly statistics: Pick<Statistics, 'counters'>;
  readonly current: CurrentNode;
}

/** Discovery of the running node, for the API. */
export class DiscoveryController implements DiscoveryControl {
  readonly #parts: DiscoveryControlParts;
  /** The latest lookup of each protocol that the user requested; kept while the node is stopped. */
  readonly #lookups: Record<TableProtocol, LookupTrace | null> = { v4: null, v5: null };

  constructor(parts: DiscoveryControlParts) {
    this.#parts = parts;
  }

  table(protocol: TableProtocol): TableSnapshot {
    return this.#engine(protocol)?.snapshot() ?? EMPTY_TABLE;
  }

  counters(protocol: TableProtocol): DiscoveryCounters {
    const engine = this.#engine(protocol);
    const entries = this.table(protocol).buckets.flatMap((bucket) => [
      ...bucket.entries,
      ...bucket.replacements,
    ]);
    const count = (fork: TableEntry['fork']): number => entries.filter((entry) => entry.fork === fork).length;
    return {
      ...this.#parts.statistics.counters.discovery(protocol),
      pingsAnswered: engine?.transport.counters.pingsAnswered ?? null,
      enabled: engine !== undefined,
      knownByFork: {
        ours: count('ours'),
        other: count('other'),
        unknown: count('unknown'),
        stale: count('stale'),
      },
      v5: protocol === 'v5' ? (this.#parts.current.node?.discovery?.v5?.transport.sessions ?? null) : null,
    };
  }

  async lookup(protocol: TableProtocol, target: string | null): Promise<LookupTrace> {
    const engine = this.#engine(protocol);
    if (engine === undefined) throw new ApiError('not-running', `Discovery ${protocol} is not running.`);
    const key = target === null ? undefined : targetOf(target.trim());
    const trace = await engine.lookup(key, (progress) => {
      this.#lookups[protocol] = progress;
    });
    this.#lookups[protocol] = trace;
    return trace;
  }

  /** The latest lookup: that of the user for REQUESTED_SHOWN_MS, then the newer one of the user's and the node's own. */
  latestLookup(protocol: TableProtocol): LookupTrace | null {
    const requested = this.#lookups[protocol];
    const own = this.#engine(protocol)?.latestLookup ?? null;
    if (requested === null || own === null) return requested ?? own;
    const isRecent = this.#parts.clock.now() - requested.startedAt < REQUESTED_SHOWN_MS;
    return isRecent || requested.startedAt > own.startedAt ? requested : own;
  }

  async talk({ node: text, protocol, payload }: TalkInput): Promise<TalkAnswer> {
    const { clock } = this.#parts;
    const v5 = this.#parts.current.node?.discovery?.v5;
    if (v5 === undefined) throw new ApiError('not-running', 'Discovery v5 is not running.');
    const node = this.nodeOf(text.trim());
    const startedAt = clock.monotonic();
    const answer = await v5.transport.talk(node, protocol, payload);
    return { payload: answer, durationMs: Math.round(clock.monotonic() - startedAt) };
  }

  dnsTrees(): readonly DnsTreeView[] {
    return this.#parts.current.node?.dnsTrees() ?? [];
  }

  #engine(protocol: TableProtocol): DiscoveryEngine | undefined {
    return this.#parts.current.node?.discovery?.[protocol];
  }

  /** The newest version of a node that a table, the database or a session has. */
  known(idHex: string): Node | undefined {
    const running = this.#parts.current.node;
    const stored = this.#parts.nodes.getNode(idHex);
    const inTable = running?.discovery?.known(hexToBytes(idHex), idHex);
    // A table may have removed the node of a session, and only proven nodes are stored.
    if (inTable === undefined || stored === undefined)
      return inTable ?? stored ?? sessionNode(running, idHex);
    return stored.seq > inTable.seq ? stored : inTable;
  }

  /** A node by ID, enode URL or record; an ID must be known. @throws ApiError `invalid-node` with the field `node` */
  nodeOf(text: string): Node {
    const idHex = nodeIdIn(text);
    if (idHex === undefined) return nodeOf(text, 'node');
    const known = this.known(idHex);
    if (known === undefined)
      throw new ApiError(
        'invalid-node',
        'No node with this ID is known: give its record or enode URL.',
        'node',
      );
    return known;
  }
}

const sessionNode = (running: RunningNode | undefined, idHex: string): Node | undefined =>
  running?.peers().find(({ node }) => node?.idHex === idHex)?.node;

/** The key or ID of a lookup's target. @throws ApiError `invalid-node` */
function targetOf(text: string): Uint8Array {
  const idHex = nodeIdIn(text);
  return idHex === undefined ? nodeOf(text, 'target').publicKey : hexToBytes(idHex);
}

/** @param field the parameter with the text. @throws ApiError `invalid-node` */
function nodeOf(text: string, field: string): Node {
  try {
    return parseNode(text);
  } catch (cause) {
    throw new ApiError(
      'invalid-node',
      `A node ID of 64 hex digits, an enode URL or a record is needed: ${describeError(cause)}.`,
      field,
      { cause },
    );
  }
}
