import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { describeError } from '../base/errors.ts';
import type { Logger, Startable, Unsubscribe } from '../base/runtime.ts';
import type { EventSource } from '../events/events.ts';
import { recordOfEvent } from './event-record.ts';
import type { Metric } from './metric.ts';
import type { MetricFacts } from './metric-facts.ts';

/** Time between two exports of the metrics, and of waiting events, milliseconds. */
const METRICS_EVERY_MS = 15_000;
const EVENTS_EVERY_MS = 5_000;
/** Time limit of one export, and so of a stop, milliseconds. */
const EXPORT_TIMEOUT_MS = 5_000;
/** BOUNDED: events that wait for an export; further ones are dropped. */
const MAX_WAITING = 2_048;
/** BOUNDED: exports of one kind at the same time. */
const MAX_EXPORTS = 2;

/** The collector, and the attributes that identify this node there. */
export interface OtlpOptions {
  /** The base URL of a collector: `/v1/metrics` and `/v1/logs` are added. */
  readonly endpoint: string;
  readonly version: string;
  /** Distinguishes this run from others; not the node ID. */
  readonly instanceId: string;
}

/** The metrics, the events, and the log that gets failures of the export. */
export interface OtlpServices {
  readonly metrics: readonly Metric[];
  readonly readFacts: () => MetricFacts;
  readonly events: EventSource;
  readonly logger: Logger;
}

/** The result of an export, as the SDK gives it to a callback. */
type Result = Parameters<Parameters<OTLPLogExporter['export']>[1]>[0];

/**
 * Exports metrics and events to a collector of OpenTelemetry, by OTLP over HTTP. Headers, such as those with a token, and
 * attributes of the resource come from the variables of the specification, OTEL_EXPORTER_OTLP_HEADERS and
 * OTEL_RESOURCE_ATTRIBUTES. A failed export is logged, and the node goes on.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export class OtlpExport implements Startable {
  readonly #options: OtlpOptions;
  readonly #services: OtlpServices;
  #running:
    | { readonly unsubscribe: Unsubscribe; readonly providers: readonly (MeterProvider | LoggerProvider)[] }
    | undefined;
  /** Whether the last export of each kind failed; only changes are logged. */
  readonly #failed = { metrics: false, events: false };

  constructor(options: OtlpOptions, services: OtlpServices) {
    this.#options = options;
    this.#services = services;
  }

  start(): Promise<void> {
    const meters = this.#createMeters();
    const loggers = this.#createLoggers();
    const log = loggers.getLogger('enodeck', this.#options.version);
    const unsubscribe = this.#services.events.subscribe((event, at) => {
      const record = recordOfEvent(event, at);
      if (record !== undefined) log.emit(record);
    });
    this.#running = { unsubscribe, providers: [meters, loggers] };
    this.#services.logger.info('metrics and events are exported', { endpoint: this.#options.endpoint });
    return Promise.resolve();
  }

  /** Exports what waits, and stops the timers. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.unsubscribe();
    await Promise.all(
      (running?.providers ?? []).map(async (provider) => {
        try {
          await provider.shutdown();
        } catch (error) {
          this.#services.logger.debug('the last export failed', { reason: describeError(error) });
        }
      }),
    );
  }

  #createMeters(): MeterProvider {
    const { metrics, readFacts } = this.#services;
    const exporter = watched(new OTLPMetricExporter(this.#exporterOptions('metrics')), (result) => {
      this.#report('metrics', result);
    });
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: METRICS_EVERY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    });
    const provider = new MeterProvider({ resource: this.#resource(), readers: [reader] });
    const meter = provider.getMeter('enodeck', this.#options.version);
    const instruments = metrics.map(({ name, type, help: description }) =>
      type === 'counter'
        ? meter.createObservableCounter(name, { description })
        : meter.createObservableGauge(name, { description }),
    );
    meter.addBatchObservableCallback((result) => {
      const facts = readFacts();
      for (const [index, instrument] of instruments.entries())
        for (const { labels, value } of metrics[index]?.read(facts) ?? [])
          result.observe(instrument, value, labels);
    }, instruments);
    return provider;
  }

  #createLoggers(): LoggerProvider {
    const exporter = watched(new OTLPLogExporter(this.#exporterOptions('logs')), (result) => {
      this.#report('events', result);
    });
    const processor = new BatchLogRecordProcessor({
      exporter,
      maxQueueSize: MAX_WAITING,
      scheduledDelayMillis: EVENTS_EVERY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    });
    return new LoggerProvider({ resource: this.#resource(), processors: [processor] });
  }

  #exporterOptions(signal: 'metrics' | 'logs'): ConstructorParameters<typeof OTLPLogExporter>[0] {
    const url = `${this.#options.endpoint.replace(/\/+$/, '')}/v1/${signal}`;
    return { url, timeoutMillis: EXPORT_TIMEOUT_MS, concurrencyLimit: MAX_EXPORTS };
  }

  #resource() {
    const { version, instanceId } = this.#options;
    return resourceFromAttributes({
      'service.name': 'enodeck',
      'service.version': version,
      'service.instance.id': instanceId,
    }).merge(detectResources({ detectors: [envDetector] }));
  }

  #report(kind: 'metrics' | 'events', { error }: Result): void {
    const hasFailed = error !== undefined;
    if (hasFailed === this.#failed[kind]) return;
    this.#failed[kind] = hasFailed;
    const { logger } = this.#services;
    if (hasFailed) logger.warn(`the ${kind} cannot be exported`, { reason: describeError(error) });
    else logger.info(`the ${kind} are exported again`);
  }
}

/** An exporter of the SDK, of metrics or of events. */
interface Exporter<Items> {
  export(items: Items, done: (result: Result) => void): void;
}

/** Makes an exporter report the result of each export. */
function watched<Items, E extends Exporter<Items>>(exporter: E, onResult: (result: Result) => void): E {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) => {
    send(items, (result) => {
      onResult(result);
      done(result);
    });
  };
  return exporter;
}
