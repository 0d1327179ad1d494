import { readMetricFacts } from '../../src-main/app/metric-facts.ts';
import type { NodeEvent } from '../../src-main/events/events.ts';
import type { MetricFacts } from '../../src-main/metrics/metric-facts.ts';
import { METRICS } from '../../src-main/metrics/metric-table.ts';
import { prometheusText } from '../../src-main/metrics/prometheus.ts';
import { Arrivals } from '../../src-main/stats/arrivals.ts';
import { ConnectionCounters } from '../../src-main/stats/connection-counters.ts';
import { Counters } from '../../src-main/stats/counters.ts';
import { MinuteSessions } from '../../src-main/stats/minute-sessions.ts';
import { FakeBackend } from './fake-backend.ts';

/** The facts of a node that has had some events. */
export function metricFactsOf(events: readonly NodeEvent[] = [], backend = new FakeBackend()): MetricFacts {
  const counters = new Counters();
  const connections = new ConnectionCounters();
  const arrivals = new Arrivals();
  const minuteSessions = new MinuteSessions();
  for (const event of events) {
    counters.apply(event);
    connections.apply(event);
    arrivals.apply(event, 0);
    minuteSessions.apply(event, 0);
  }
  minuteSessions.advance(60_000);
  const eventLoop = { p99Ms: 20, maxMs: 100 };
  const statistics = { arrivals, connections, counters, eventLoop, minuteSessions };
  return readMetricFacts({ backend, statistics, current: { node: undefined } });
}

/** The lines of all metrics with values, without the help. */
export async function metricLines(facts: MetricFacts): Promise<readonly string[]> {
  const text = await prometheusText(METRICS, facts);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
