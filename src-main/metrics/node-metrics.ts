import type { HealthCheck } from '../../shared/model/node.ts';
import { gauge, gauges, counter, samplesOf, type Metric } from './metric.ts';

/** Values of `enodeck_health_check`. Alerts compare with them. */
const HEALTH_VALUES = { good: 0, pending: 1, warning: 2, bad: 3 } as const satisfies Record<
  HealthCheck['state'],
  number
>;

/** The node, its limits, its health and its process. */
export const NODE_METRICS: readonly Metric[] = [
  gauges(
    'enodeck_info',
    'Version and network of the node; always 1.',
    ['version', 'network', 'mode'],
    ({ status: { version, network, mode } }) => [
      { labels: { version, network: network.name, mode }, value: 1 },
    ],
  ),
  gauge('enodeck_start_time_seconds', 'When the node started, Unix time.', ({ status }) =>
    status.startedAt === null ? null : status.startedAt / 1_000,
  ),
  gauges(
    'enodeck_health_check',
    'State of a health check: 0 good, 1 pending, 2 warning, 3 bad.',
    ['check'],
    ({ status }) =>
      // Several checks may have one ID; the worst counts.
      samplesOf(
        'check',
        status.health.reduce<Record<string, number>>(
          (worst, { id, state }) => ({ ...worst, [id]: Math.max(worst[id] ?? 0, HEALTH_VALUES[state]) }),
          {},
        ),
      ),
  ),
  gauges(
    'enodeck_peer_limit',
    'Maximum number of sessions: all, inbound and outbound.',
    ['direction'],
    ({ status: { limits } }) =>
      samplesOf('direction', {
        all: limits.maxPeers,
        inbound: limits.maxInbound,
        outbound: limits.maxDialed,
      }),
  ),
  gauges(
    'enodeck_listed_peers',
    'Sessions with nodes of the static list and of the trusted list.',
    ['list'],
    ({ status: { peers } }) => samplesOf('list', { static: peers.static, trusted: peers.trusted }),
  ),
  gauges('enodeck_listed_nodes', 'Nodes in the lists that the user edits.', ['list'], ({ listed }) =>
    samplesOf('list', listed),
  ),
  gauge('enodeck_known_nodes', 'Nodes in the node database.', ({ status }) => status.peers.stored),
  gauge('enodeck_bans', 'Bans that are in force.', ({ bans }) => bans),
  gauge(
    'enodeck_clock_offset_seconds',
    'How far the clocks of other nodes are ahead of ours, median.',
    (f) => (f.status.clock === null ? null : f.status.clock.offsetMs / 1_000),
  ),
  gauges(
    'enodeck_event_loop_delay_seconds',
    'Delay of the event loop in the last 10 seconds: 99th percentile and maximum.',
    ['statistic'],
    ({ eventLoop }) =>
      eventLoop === undefined
        ? []
        : samplesOf('statistic', { p99: eventLoop.p99Ms / 1_000, max: eventLoop.maxMs / 1_000 }),
  ),
  counter(
    'enodeck_process_cpu_seconds_total',
    'Processor time of the process, user and system.',
    (facts) => facts.process.cpuSeconds,
  ),
  gauge('enodeck_process_resident_memory_bytes', 'Memory of the process.', (f) => f.process.residentBytes),
  gauge('enodeck_process_heap_bytes', 'Heap of JavaScript in use.', (facts) => facts.process.heapBytes),
];
