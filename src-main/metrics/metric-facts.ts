import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { ChainView } from '../../shared/model/chain.ts';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { TrafficNow } from '../../shared/model/series.ts';
import type { DiscoveryCounters, TableProtocol, TableSnapshot } from '../../shared/model/table.ts';
import type { Direction } from '../events/events.ts';
import type { ConnectionCounters } from '../stats/connection-counters.ts';

/** One discovery protocol that runs. */
export interface DiscoveryFacts {
  readonly counters: Omit<DiscoveryCounters, 'dropped'>;
  readonly table: TableSnapshot;
}

/** Use of the processor and of memory by this process. */
export interface ProcessFacts {
  /** User and system time since its start. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** What all metrics are read from, at one moment. */
export interface MetricFacts {
  readonly status: NodeStatus;
  readonly chain: ChainView;
  readonly traffic: TrafficNow;
  readonly connections: Omit<ConnectionCounters, 'apply'>;
  /** Sessions that other nodes opened. */
  readonly inboundSessions: number;
  /** Sessions that reached the age of a minute. */
  readonly minuteSessions: Readonly<Record<Direction, number>>;
  /** The discovery protocols that run. */
  readonly discovery: ReadonlyMap<TableProtocol, DiscoveryFacts>;
  /** Bytes of all datagrams of discovery; undefined while it does not run. */
  readonly discoveryBytes: { readonly in: number; readonly out: number } | undefined;
  /** Dropped packets by reason; `none` before the protocol was known. */
  readonly drops: readonly {
    readonly protocol: TableProtocol | 'none';
    readonly reason: CauseCode;
    readonly count: number;
  }[];
  /** Entries of the lists that the user edits. */
  readonly listed: Readonly<Record<NodeListName, number>>;
  readonly bans: number;
  /** Undefined before the first reading. */
  readonly eventLoop: { readonly p99Ms: number; readonly maxMs: number } | undefined;
  readonly process: ProcessFacts;
}
