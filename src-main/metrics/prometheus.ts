import { Counter, Gauge, Registry } from 'prom-client';
import type { Metric } from './metric.ts';
import type { MetricFacts } from './metric-facts.ts';

/** The media type of the text. */
export const PROMETHEUS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * The metrics in the text format of Prometheus. Each call has a registry of its own, because all values are read anew.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusText(metrics: readonly Metric[], facts: MetricFacts): Promise<string> {
  const registry = new Registry();
  for (const metric of metrics) register(metric, facts, registry);
  return registry.metrics();
}

/** Adds a metric with its values. A metric without values is left out: there is nothing to measure. */
function register({ name, type, help, labels, read }: Metric, facts: MetricFacts, registry: Registry): void {
  const samples = read(facts);
  if (samples.length === 0) return;
  const options = { name, help, labelNames: labels, registers: [registry] };
  const metric = type === 'counter' ? new Counter(options) : new Gauge(options);
  for (const { labels: values, value } of samples) metric.inc(values, value);
}
