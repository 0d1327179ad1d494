import type { CrawlStatus } from '../../shared/model/crawl.ts';
import type { ForkId, ForkFilterResult } from '../chain/fork-id.ts';
import { to0x } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import type { NodeSet } from './node-set.ts';

/** Facts about nodes that their records do not contain. */
export interface NodeJudge {
  /** Compares a fork ID with our network; without it no fork is ours. */
  readonly forkFilter?: (forkId: ForkId) => ForkFilterResult;
  /** The client name in the Hello of a node; null when there was no session. */
  readonly clientOf?: (idHex: string) => string | null;
}

/** Forks and clients that are named, the most frequent ones. BOUNDED. */
const MAX_NAMED = 64;

/** Characters of a client's name, which is the part before the first slash: `Geth/v1.17/linux`. */
const MAX_CLIENT_LENGTH = 40;

/** Maximum age of the counts of a running crawl, milliseconds: each count is a pass over all nodes. */
const MAX_AGE_MS = 1_000;

/** The name for records without an eth entry. */
const NO_FORK = 'none';

type Counts = Pick<CrawlStatus, 'byFork' | 'byClient'>;

/** Counts the nodes of a set by fork and by client. */
export class CrawlCounts {
  readonly #clock: Clock;
  readonly #judge: NodeJudge;
  #last: { readonly counts: Counts; readonly at: number; readonly changing: boolean } | undefined;

  constructor(clock: Clock, judge: NodeJudge) {
    this.#clock = clock;
    this.#judge = judge;
  }

  /** @param changing false once the set stays as it is */
  of(nodes: NodeSet, changing: boolean): Counts {
    const now = this.#clock.monotonic();
    const last = this.#last;
    const holds = last !== undefined && (changing ? now - last.at < MAX_AGE_MS : !last.changing);
    if (holds) return last.counts;
    const counts = countNodes(nodes, this.#judge);
    this.#last = { counts, at: now, changing };
    return counts;
  }
}

/** One pass over a set. */
export function countNodes(nodes: NodeSet, { forkFilter, clientOf }: NodeJudge): Counts {
  const forks = new Map<string, { ours: boolean; count: number }>();
  const clients = new Map<string, number>();
  for (const [idHex, { node }] of nodes) {
    const forkId = node.record?.eth;
    const fork = forkId === undefined ? NO_FORK : to0x(forkId.hash);
    const known = forks.get(fork);
    // Nodes with the same hash may announce different next forks: it is ours if one of them is compatible.
    const ours = known?.ours === true || (forkId !== undefined && forkFilter?.(forkId) === 'ok');
    forks.set(fork, { ours, count: (known?.count ?? 0) + 1 });
    const client = clientOf?.(idHex)?.split('/')[0]?.slice(0, MAX_CLIENT_LENGTH);
    if (client !== undefined) clients.set(client, (clients.get(client) ?? 0) + 1);
  }
  return {
    byFork: [...forks]
      .map(([fork, counted]) => ({ fork, ...counted }))
      .sort(byCount)
      .slice(0, MAX_NAMED),
    byClient: [...clients]
      .map(([client, count]) => ({ client, count }))
      .sort(byCount)
      .slice(0, MAX_NAMED),
  };
}

const byCount = (a: { readonly count: number }, b: { readonly count: number }): number => b.count - a.count;
