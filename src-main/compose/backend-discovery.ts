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
import type { Ground } from './ground.ts';
import type { RunningNode } from './node.ts';
import type { DiscoveryV4 } from '../discovery/v4/service.ts';
import { hexToBytes } from '../leaf/bytes.ts';
import { describeError } from '../leaf/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';

/** Log distances of the table's buckets, the farthest first. */
const DISTANCES = Array.from({ length: 17 }, (_, index) => 256 - index);

const EMPTY_TABLE: TableSnapshot = {
  buckets: DISTANCES.map((distance) => ({ distance, entries: [], replacements: [] })),
  live: 0,
  entries: 0,
  replacements: 0,
  nextRefreshAt: null,
  nextRevalidationAt: null,
};

/** The ways to find nodes, as the API asks: those of the node that runs. */
export class DiscoveryController implements DiscoveryControl {
  readonly #ground: Ground;
  readonly #running: () => RunningNode | undefined;
  /** The newest lookup of each protocol; kept while the node is stopped. */
  readonly #lookups: Record<TableProtocol, LookupTrace | null> = { v4: null, v5: null };

  constructor(ground: Ground, running: () => RunningNode | undefined) {
    this.#ground = ground;
    this.#running = running;
  }

  table(protocol: TableProtocol): TableSnapshot {
    return this.#service(protocol)?.snapshot() ?? EMPTY_TABLE;
  }

  counters(protocol: TableProtocol): DiscoveryCounters {
    const service = this.#service(protocol);
    const entries = this.table(protocol).buckets.flatMap((bucket) => [
      ...bucket.entries,
      ...bucket.replacements,
    ]);
    const count = (fork: TableEntry['fork']): number => entries.filter((entry) => entry.fork === fork).length;
    return {
      ...this.#ground.statistics.counters.discovery(protocol),
      pingsAnswered: service?.counters.pingsAnswered ?? null,
      enabled: service !== undefined,
      knownByFork: {
        ours: count('ours'),
        other: count('other'),
        unknown: count('unknown'),
        stale: count('stale'),
      },
      v5: null,
    };
  }

  async lookup(protocol: TableProtocol, target: string | null): Promise<LookupTrace> {
    const service = this.#service(protocol);
    if (service === undefined) throw new ApiError('not-running', `Discovery ${protocol} is not running.`);
    const key = target === null ? undefined : targetOf(target.trim());
    const trace = await service.lookup(key, (progress) => {
      this.#lookups[protocol] = progress;
    });
    this.#lookups[protocol] = trace;
    return trace;
  }

  latestLookup(protocol: TableProtocol): LookupTrace | null {
    return this.#lookups[protocol];
  }

  talk(input: TalkInput): Promise<TalkAnswer> {
    return Promise.reject(new ApiError('not-running', `Discovery v5 is not running: ${input.node}`));
  }

  recordOf(idHex: string): string | null {
    return idHex === '' ? '' : null;
  }

  findRecord(idHex: string): Promise<string | null> {
    return Promise.resolve(this.recordOf(idHex));
  }

  dnsTrees(): readonly DnsTreeView[] {
    return [];
  }

  #service(protocol: TableProtocol): DiscoveryV4 | undefined {
    return protocol === 'v4' ? this.#running()?.discovery?.v4 : undefined;
  }
}

/** The key or ID that a person gave as a lookup's target. @throws ApiError `invalid-node` */
function targetOf(text: string): Uint8Array {
  if (/^(0x)?[0-9a-f]{64}$/i.test(text)) return hexToBytes(text);
  try {
    return parseNode(text).publicKey;
  } catch (cause) {
    throw new ApiError(
      'invalid-node',
      `The target must be a node ID of 64 hex digits, an enode URL or a record: ${describeError(cause)}.`,
      'target',
      { cause },
    );
  }
}
