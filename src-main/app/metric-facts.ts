import type { NodeListName } from '../../shared/model/node-list.ts';
import { TABLE_PROTOCOLS } from '../../shared/model/table.ts';
import type { ApiBackend } from '../api/backend.ts';
import type { MetricFacts, ProcessFacts } from '../metrics/metric-facts.ts';
import type { Statistics } from '../stats/statistics.ts';
import type { CurrentNode } from './running-node.ts';

/** What the metrics are read from. */
export interface MetricParts {
  readonly backend: Pick<ApiBackend, 'status' | 'chain' | 'trafficNow' | 'discovery' | 'lists' | 'bans'>;
  readonly statistics: Pick<
    Statistics,
    'arrivals' | 'connections' | 'counters' | 'eventLoop' | 'minuteSessions'
  >;
  readonly current: CurrentNode;
}

/** Reads all figures of the node at this moment. */
export function readMetricFacts({ backend, statistics, current }: MetricParts): MetricFacts {
  const listed = (list: NodeListName): number => backend.lists.entries(list).length;
  return {
    status: backend.status(),
    chain: backend.chain(),
    traffic: backend.trafficNow(),
    connections: statistics.connections,
    inboundSessions: statistics.arrivals.sessions,
    minuteSessions: statistics.minuteSessions.counts,
    discovery: new Map(
      TABLE_PROTOCOLS.flatMap((protocol) => {
        const counters = backend.discovery.counters(protocol);
        return counters.enabled
          ? [[protocol, { counters, table: backend.discovery.table(protocol) }] as const]
          : [];
      }),
    ),
    discoveryBytes: current.node?.discovery?.socket.bytes,
    drops: statistics.counters.drops(),
    listed: { bootnodes: listed('bootnodes'), static: listed('static'), trusted: listed('trusted') },
    bans: backend.bans.list().length,
    eventLoop: statistics.eventLoop,
    process: processFacts(),
  };
}

function processFacts(): ProcessFacts {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: rss, heapBytes: heapUsed };
}
