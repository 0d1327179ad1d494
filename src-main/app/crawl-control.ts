import type { CrawlStatus, NodeSetFilter } from '../../shared/model/crawl.ts';
import { ApiError } from '../api/api-error.ts';
import type { CrawlControl, CrawlInput } from '../api/backend.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import type { Clock } from '../base/runtime.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { CurrentNode } from './running-node.ts';
import { Crawler } from '../crawl/crawler.ts';
import { NodeSetError } from '../crawl/errors.ts';
import { filterNodeSet } from '../crawl/filter.ts';
import { formatNodeSet, parseNodeSet, type NodeSet } from '../crawl/node-set.ts';
import { IpError, type RelayRefusal } from '../base/ip.ts';

/** What a crawl takes. */
export interface CrawlParts {
  readonly clock: Clock;
  readonly chain: Pick<ChainStatus, 'forkFilter'>;
  readonly statistics: Pick<Statistics, 'clientOf'>;
  /** Why an address of a nodes.json must not be contacted. */
  readonly checkListedIp: (ip: string) => RelayRefusal | undefined;
  readonly current: CurrentNode;
}

/** The crawl on the sockets of the running node; its result is kept when the node stops. */
export class CrawlController implements CrawlControl {
  readonly #parts: CrawlParts;
  #crawler: Crawler | undefined;

  constructor(parts: CrawlParts) {
    this.#parts = parts;
  }

  status(): CrawlStatus | null {
    return this.#crawler?.status() ?? null;
  }

  start({ protocol, seconds, nodes }: CrawlInput): CrawlStatus {
    const { clock, chain, statistics, current } = this.#parts;
    const discovery = current.node?.discovery?.[protocol];
    if (discovery === undefined) throw new ApiError('not-running', `Discovery ${protocol} is not running.`);
    const known = nodes === null ? new Map() : readNodes(nodes);
    this.#crawler?.stop();
    this.#crawler = new Crawler({
      protocol,
      discovery,
      known,
      checkAddress: this.#parts.checkListedIp,
      clock,
      durationMs: seconds * 1_000,
      judge: { forkFilter: chain.forkFilter, clientOf: (idHex) => statistics.clientOf(idHex) },
    });
    // A crawl never rejects: its status has the failure.
    void this.#crawler.run();
    return this.#crawler.status();
  }

  stop(): CrawlStatus | null {
    this.#crawler?.stop();
    return this.status();
  }

  export(filter: NodeSetFilter): { text: string; fileName: string; count: number } {
    if (this.#crawler === undefined) throw new ApiError('not-running', 'No crawl has run yet.');
    const taken = this.#filtered(this.#crawler.nodes, filter);
    return { text: `${formatNodeSet(taken)}\n`, fileName: 'nodes.json', count: taken.size };
  }

  #filtered(nodes: NodeSet, filter: NodeSetFilter): NodeSet {
    try {
      return filterNodeSet(nodes, filter, this.#parts.chain.forkFilter);
    } catch (cause) {
      if (cause instanceof IpError)
        throw new ApiError('invalid-parameters', `${cause.message}.`, 'ip', { cause });
      if (cause instanceof RangeError)
        throw new ApiError('invalid-parameters', `${cause.message}.`, 'ethNetwork', { cause });
      throw cause;
    }
  }
}

function readNodes(text: string): NodeSet {
  try {
    return parseNodeSet(text);
  } catch (cause) {
    if (!(cause instanceof NodeSetError)) throw cause;
    throw new ApiError('invalid-parameters', `The file cannot be used: ${cause.message}.`, 'nodes', {
      cause,
    });
  }
}
