import { MetricsServer } from '../api/metrics-server.ts';
import { Probes, type ProbedStatus } from '../api/probes.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { MetricFacts } from '../metrics/metric-facts.ts';
import { METRICS } from '../metrics/metric-table.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../metrics/prometheus.ts';
import { bytesToHex } from '../base/bytes.ts';
import { VERSION } from '../app/version.ts';
import type { Runtime } from './runtime.ts';

/** Bytes of the random ID of a run. */
const INSTANCE_ID_BYTES = 16;

/** Arguments of the functions that serve and export the metrics. */
export interface MetricsParts {
  readonly readFacts: () => MetricFacts;
  readonly readStatus: () => ProbedStatus;
  /** See MetricsServerOptions. */
  readonly hostNames: readonly string[];
}

/** Serves and exports the metrics while the node runs, as the settings say. @throws MetricsError */
export async function startMetrics(
  { readFacts, readStatus, hostNames }: MetricsParts,
  settings: EffectiveSettings,
  runtime: Runtime,
  closing: CloseStack,
): Promise<void> {
  const { metrics, metricsAddress: address, metricsPort: port, otlpEndpoint } = settings.current();
  if (otlpEndpoint !== null) await startExport(otlpEndpoint, readFacts, runtime, closing);
  if (!metrics) return;
  const { clock, logger } = runtime;
  const server = new MetricsServer(
    { address, port, hostNames },
    {
      read: () => prometheusText(METRICS, readFacts()),
      mediaType: PROMETHEUS_TYPE,
      probes: new Probes(readStatus, clock),
      ...{ clock, logger: logger.child('metrics') },
    },
  );
  await server.start();
  closing.add(() => server.stop());
}

/** The SDK of OpenTelemetry is loaded only where it is used. */
async function startExport(
  endpoint: string,
  readFacts: () => MetricFacts,
  { random, events, logger }: Runtime,
  closing: CloseStack,
): Promise<void> {
  const { OtlpExport } = await import('../metrics/otlp-export.ts');
  const instanceId = bytesToHex(random.bytes(INSTANCE_ID_BYTES));
  const otlp = new OtlpExport(
    { endpoint, version: VERSION, instanceId },
    { metrics: METRICS, readFacts, events, logger: logger.child('otlp') },
  );
  await otlp.start();
  closing.add(() => otlp.stop());
}
