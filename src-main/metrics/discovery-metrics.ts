import type { TableProtocol } from '../../shared/model/table.ts';
import type { DiscoveryFacts, MetricFacts } from './metric-facts.ts';
import { counter, counters, gauge, gauges, type Metric, type Sample } from './metric.ts';

/** Discovery v4 and v5: packets, tables, sessions, lookups. */
export const DISCOVERY_METRICS: readonly Metric[] = [
  counters(
    'enodeck_discovery_packets_total',
    'Packets of discovery, by type.',
    ['protocol', 'packet', 'direction'],
    (facts) =>
      each(facts, (protocol, { counters: { packets } }) =>
        packets.flatMap(({ packet, ...count }) =>
          (['in', 'out'] as const).map((direction) => ({
            labels: { protocol, packet: packet.replace('v5/', ''), direction },
            value: count[direction],
          })),
        ),
      ),
  ),
  counters(
    'enodeck_discovery_dropped_total',
    'Packets and records of discovery that were dropped, by reason.',
    ['protocol', 'code'],
    ({ drops }) =>
      drops.map(({ protocol, reason, count }) => ({ labels: { protocol, code: reason }, value: count })),
  ),
  gauges(
    'enodeck_discovery_table_nodes',
    'Nodes in the table: live entries, entries that passed no check yet, and replacements.',
    ['protocol', 'state'],
    (facts) =>
      each(facts, (protocol, { table }) =>
        Object.entries({
          live: table.live,
          unchecked: table.entries - table.live,
          replacement: table.replacements,
        }).map(([state, value]) => ({ labels: { protocol, state }, value })),
      ),
  ),
  gauges(
    'enodeck_discovery_fork_nodes',
    'Nodes in the table and its replacements, by the fork ID of their record.',
    ['protocol', 'fork'],
    (facts) =>
      each(facts, (protocol, { counters: { knownByFork } }) =>
        Object.entries(knownByFork).map(([fork, value]) => ({ labels: { protocol, fork }, value })),
      ),
  ),
  gauges(
    'enodeck_discovery_pings_answered_ratio',
    'Share of our pings in the last 10 minutes that were answered, 0 to 1.',
    ['protocol'],
    (facts) =>
      each(facts, (protocol, { counters: { pingsAnswered } }) =>
        pingsAnswered === null ? [] : [{ labels: { protocol }, value: pingsAnswered }],
      ),
  ),
  counter(
    'enodeck_discovery_lookups_total',
    'Lookups that have ended.',
    ({ connections }) => connections.lookups.count,
  ),
  counter(
    'enodeck_discovery_lookup_seconds_total',
    'Time that all ended lookups took together.',
    ({ connections }) => connections.lookups.ms / 1_000,
  ),
  gauge('enodeck_discovery_v5_sessions', 'Sessions of discovery v5.', (facts) => v5(facts)?.sessions),
  gauge(
    'enodeck_discovery_v5_challenges',
    'WHOAREYOU packets that wait for a handshake.',
    (facts) => v5(facts)?.challenges,
  ),
  counters(
    'enodeck_discovery_v5_handshakes_total',
    'Handshakes of discovery v5, by result.',
    ['result'],
    (facts) => {
      const sessions = v5(facts);
      if (sessions === undefined) return [];
      return [
        { labels: { result: 'completed' }, value: sessions.handshakes },
        { labels: { result: 'failed' }, value: sessions.failedHandshakes },
      ];
    },
  ),
];

const each = <Label extends string>(
  { discovery }: MetricFacts,
  read: (protocol: TableProtocol, facts: DiscoveryFacts) => readonly Sample<Label>[],
): readonly Sample<Label>[] => [...discovery].flatMap(([protocol, facts]) => read(protocol, facts));

const v5 = ({ discovery }: MetricFacts) => discovery.get('v5')?.counters.v5 ?? undefined;
