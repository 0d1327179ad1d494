import { MetricsServer } from '../api/metrics-server.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { MetricFacts } from '../metrics/metric-facts.ts';
import { METRICS } from '../metrics/metric-table.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../metrics/prometheus.ts';
import type { Runtime } from './runtime.ts';

/** What the export of the metrics takes. */
export interface MetricsParts {
  readonly readFacts: () => MetricFacts;
  /** See MetricsServerOptions. */
  readonly hostNames: readonly string[];
}

/** Serves the metrics while the node runs, if the settings say so. @throws MetricsError */
export async function startMetrics(
  { readFacts, hostNames }: MetricsParts,
  settings: EffectiveSettings,
  { clock, logger }: Runtime,
  closing: CloseStack,
): Promise<void> {
  const { metrics, metricsAddress: address, metricsPort: port } = settings.current();
  if (!metrics) return;
  const server = new MetricsServer(
    { address, port, hostNames },
    {
      read: () => prometheusText(METRICS, readFacts()),
      mediaType: PROMETHEUS_TYPE,
      ...{ clock, logger: logger.child('metrics') },
    },
  );
  await server.start();
  closing.add(() => server.stop());
}
