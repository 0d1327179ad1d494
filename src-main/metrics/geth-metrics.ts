import type { Direction } from '../events/events.ts';
import type { MessageSchema } from '../wire/message-schema.ts';
import { PROTOCOL_SCHEMAS } from '../wire/registry.ts';
import type { MessageTotal } from '../stats/message-totals.ts';
import type { LabelCount } from '../stats/label-counts.ts';
import {
  GETH_CONNECTION_ERRORS,
  GETH_STATUS_ERRORS,
  gethConnectionError,
  gethStatusError,
  type GethConnectionError,
} from './geth-connection-errors.ts';
import { counter, gauge, type Metric } from './metric.ts';
import type { MetricFacts } from './metric-facts.ts';

/*
 * The metrics of geth that this node measures too, with the names that geth has in Prometheus, so that dashboards for geth
 * show them. geth exports its meters as gauges; here they are counters, because they only grow.
 * https://github.com/ethereum/go-ethereum/blob/v1.17.9/p2p/metrics.go, p2p/discover/metrics.go, eth/protocols/eth/metrics.go
 * and eth/dropper.go
 */

/** The name in Prometheus of a metric of geth (metrics/prometheus/collector.go). */
export const prometheusName = (name: string): string => name.replaceAll(/[/-]/g, '_');

/** Buckets of geth's table, the nearest first. */
const BUCKETS = 17;
/** Log distance of the nearest bucket, which also has all nearer nodes. */
const NEAREST = 240;

const DIAL_ERRORS = Object.keys(GETH_CONNECTION_ERRORS) as readonly GethConnectionError[];
/** geth does not count connections that it refuses before it reads anything. */
const SERVE_ERRORS = DIAL_ERRORS.filter((error) => error !== 'connection');

/** Sessions and dials. */
export const GETH_P2P_METRICS: readonly Metric[] = [
  gauge('p2p_peers', 'Sessions with other nodes.', ({ status }) => status.peers.total),
  gauge('p2p_peers_inbound', 'Sessions that the other node opened.', ({ status }) => status.peers.inbound),
  gauge('p2p_peers_outbound', 'Sessions that this node opened.', ({ status }) => status.peers.outbound),
  counter('p2p_ingress', 'Bytes of RLPx frames received in sessions.', (f) => f.traffic.bytesInTotal),
  counter('p2p_egress', 'Bytes of RLPx frames sent in sessions.', (f) => f.traffic.bytesOutTotal),
  counter('p2p_serves', 'Inbound connections that were accepted.', (f) => f.connections.accepted),
  counter('p2p_serves_success', 'Inbound connections that became a session.', (f) => f.inboundSessions),
  counter(
    'p2p_serves_success_1min',
    'Inbound sessions that lasted for a minute.',
    (f) => f.minuteSessions.inbound,
  ),
  ...errorMetrics(SERVE_ERRORS, 'p2p/serves/error', 'Inbound connections', ({ connections }) =>
    connections.inboundFailures.list(),
  ),
  counter('p2p_dials', 'Dials that were started.', (f) => f.connections.dialsStarted),
  counter('p2p_dials_success', 'Dials that became a session.', (f) => f.connections.dialsConnected),
  counter(
    'p2p_dials_success_1min',
    'Outbound sessions that lasted for a minute.',
    (f) => f.minuteSessions.outbound,
  ),
  ...errorMetrics(DIAL_ERRORS, 'p2p/dials/error', 'Dials', ({ connections }) =>
    connections.dialFailures.list(),
  ),
];

/** The handshake of eth, and the churn of a full pool. */
export const GETH_ETH_METRICS: readonly Metric[] = (['inbound', 'outbound'] as const).flatMap((direction) => [
  ...statusMetrics(direction),
  counter(
    prometheusName(`eth/dropper/${direction}`),
    `Peers of a full pool, ${direction}, that were dropped to make room for others.`,
    ({ connections }) => countOf(connections.churned.list(), ({ labels }) => labels.direction === direction),
  ),
]);

/** Discovery: v4 and v5 together. */
export const GETH_DISCOVER_METRICS: readonly Metric[] = [
  counter('discover_ingress', 'Bytes of datagrams received by discovery.', (f) => f.discoveryBytes?.in),
  counter('discover_egress', 'Bytes of datagrams sent by discovery.', (f) => f.discoveryBytes?.out),
  ...Array.from({ length: BUCKETS }, (_, index) =>
    gauge(
      `discover_bucket_${String(index)}_count`,
      `Nodes in bucket ${String(index)} of the tables of v4 and v5, at log distance ${index === 0 ? 'up to ' : ''}${String(NEAREST + index)}.`,
      (facts) => bucketSize(facts, NEAREST + index),
    ),
  ),
];

/** Messages by protocol, version and code. As in geth, there is a metric after the first such message. */
export const GETH_MESSAGE_METRICS: readonly Metric[] = PROTOCOL_SCHEMAS.filter(({ name }) =>
  /^(eth|snap)\//.test(name),
).flatMap(({ name, messages }) => messages.flatMap((message) => messageMetrics(name, message)));

function messageMetrics(protocol: string, { name, code }: MessageSchema): Metric[] {
  const hex = `0x${code.toString(16).padStart(2, '0')}`;
  return (['in', 'out'] as const).flatMap((direction) => {
    const [flow, verb] = direction === 'in' ? ['ingress', 'received'] : ['egress', 'sent'];
    const meter = prometheusName(`p2p/${flow}/${protocol}/${hex}`);
    const total = ({ connections }: MetricFacts): MessageTotal | undefined =>
      connections.messages.of(protocol, code, direction);
    return [
      counter(meter, `Bytes of ${name} of ${protocol} ${verb}.`, (facts) => total(facts)?.bytes),
      counter(
        `${meter}_packets`,
        `Messages ${name} of ${protocol} ${verb}.`,
        (facts) => total(facts)?.messages,
      ),
    ];
  });
}

/** One counter for each of some meters of failed connections. @param subject the connections, as the help names them */
function errorMetrics(
  errors: readonly GethConnectionError[],
  prefix: string,
  subject: string,
  read: (facts: MetricFacts) => readonly LabelCount<'code' | 'stage'>[],
): Metric[] {
  return errors.map((error) =>
    counter(
      prometheusName(`${prefix}/${error}`),
      `${subject} that ${GETH_CONNECTION_ERRORS[error]}.`,
      (facts) =>
        countOf(read(facts), ({ labels: { code, stage } }) => gethConnectionError(code, stage) === error),
    ),
  );
}

function statusMetrics(direction: Direction): Metric[] {
  const flow = direction === 'inbound' ? 'ingress' : 'egress';
  const subject = direction === 'inbound' ? 'Inbound' : 'Outbound';
  return Object.entries(GETH_STATUS_ERRORS).map(([error, phrase]) =>
    counter(
      prometheusName(`eth/protocols/eth/${flow}/handshake/error/${error}`),
      `${subject} sessions that ended before Status was exchanged: ${phrase}.`,
      ({ connections }) =>
        countOf(
          connections.statusFailures.list(),
          ({ labels }) => labels.direction === direction && gethStatusError(labels.code) === error,
        ),
    ),
  );
}

/** The sum of the counts that match. */
function countOf<Label extends string>(
  counts: readonly LabelCount<Label>[],
  matches: (count: LabelCount<Label>) => boolean,
): number {
  return counts.filter((entry) => matches(entry)).reduce((sum, { count }) => sum + count, 0);
}

function bucketSize({ discovery }: MetricFacts, distance: number): number | null {
  if (discovery.size === 0) return null;
  return [...discovery.values()]
    .flatMap(({ table }) => table.buckets)
    .filter((bucket) => bucket.distance === distance)
    .reduce((sum, { entries }) => sum + entries.length, 0);
}
