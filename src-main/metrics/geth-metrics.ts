import type { MessageSchema } from '../wire/message-schema.ts';
import { PROTOCOL_SCHEMAS } from '../wire/registry.ts';
import type { MessageTotal } from '../stats/message-totals.ts';
import { GETH_DIAL_ERRORS, gethDialError, type GethDialError } from './geth-dial-errors.ts';
import { counter, gauge, type Metric } from './metric.ts';
import type { MetricFacts } from './metric-facts.ts';

/*
 * The metrics of geth that this node measures too, with the names that geth has in Prometheus, so that dashboards for geth
 * show them. geth exports its meters as gauges; here they are counters, because they only grow.
 * https://github.com/ethereum/go-ethereum/blob/v1.17.9/p2p/metrics.go and p2p/discover/metrics.go
 */

/** The name in Prometheus of a metric of geth (metrics/prometheus/collector.go). */
export const prometheusName = (name: string): string => name.replaceAll(/[/-]/g, '_');

/** Buckets of geth's table, the nearest first. */
const BUCKETS = 17;
/** Log distance of the nearest bucket, which also has all nearer nodes. */
const NEAREST = 240;

/** Sessions and dials. */
export const GETH_P2P_METRICS: readonly Metric[] = [
  gauge('p2p_peers', 'Sessions with other nodes.', ({ status }) => status.peers.total),
  gauge('p2p_peers_inbound', 'Sessions that the other node opened.', ({ status }) => status.peers.inbound),
  gauge('p2p_peers_outbound', 'Sessions that this node opened.', ({ status }) => status.peers.outbound),
  counter('p2p_ingress', 'Bytes of RLPx frames received in sessions.', (f) => f.traffic.bytesInTotal),
  counter('p2p_egress', 'Bytes of RLPx frames sent in sessions.', (f) => f.traffic.bytesOutTotal),
  counter('p2p_serves', 'Inbound connections that were accepted.', (f) => f.connections.accepted),
  counter('p2p_serves_success', 'Inbound connections that became a session.', (f) => f.inboundSessions),
  counter('p2p_dials', 'Dials that were started.', (f) => f.connections.dialsStarted),
  counter('p2p_dials_success', 'Dials that became a session.', (f) => f.connections.dialsConnected),
  ...Object.entries(GETH_DIAL_ERRORS).map(([error, help]) =>
    counter(prometheusName(`p2p/dials/error/${error}`), help, (f) => dialErrors(f, error as GethDialError)),
  ),
];

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

const dialErrors = ({ connections }: MetricFacts, error: GethDialError): number =>
  connections.dialFailures
    .list()
    .filter(({ labels: { code, stage } }) => gethDialError(code, stage) === error)
    .reduce((sum, { count }) => sum + count, 0);

function bucketSize({ discovery }: MetricFacts, distance: number): number | null {
  if (discovery.size === 0) return null;
  return [...discovery.values()]
    .flatMap(({ table }) => table.buckets)
    .filter((bucket) => bucket.distance === distance)
    .reduce((sum, { entries }) => sum + entries.length, 0);
}
