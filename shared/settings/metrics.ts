import { listenAddress } from '../address-schemas.ts';
import { z } from 'zod';
import { boolean, port, portNumber, setting, type SettingSpec } from '../setting-spec.ts';

/** The base URL of a collector. It cannot have a query or credentials: paths are added, and views show it. */
const collectorUrl = z
  .string()
  .trim()
  .max(2_048)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, search, hash } = new URL(text);
    return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
  }, 'must be a URL of http or https, without user, query and fragment');

/** The group `metrics`. Names and defaults are those of geth. */
export const METRICS_SETTINGS = {
  metrics: boolean({
    group: 'metrics',
    title: 'Serve metrics',
    help: 'Serve metrics for Prometheus over HTTP while the node runs, at /metrics and /debug/metrics/prometheus.',
    flag: '--metrics',
    default: false,
    restart: 'node',
  }),
  metricsAddress: setting({
    group: 'metrics',
    title: 'Metrics address',
    help: 'IP address to serve the metrics on. Everyone who can reach it can read them: they need no token.',
    flag: '--metrics.addr',
    kind: 'text',
    schema: listenAddress,
    default: '127.0.0.1',
    restart: 'node',
  }),
  metricsPort: port({
    group: 'metrics',
    title: 'Metrics port',
    help: 'TCP port to serve the metrics on. 0: any free port.',
    flag: '--metrics.port',
    schema: portNumber(),
    default: 6_060,
    restart: 'node',
  }),
  otlpEndpoint: setting({
    group: 'metrics',
    title: 'OpenTelemetry endpoint',
    help: 'Base URL of an OpenTelemetry collector, such as http://127.0.0.1:4318. Metrics and events are sent there by OTLP over HTTP. Events have IDs and addresses of nodes.',
    flag: '--otlp.endpoint',
    kind: 'text',
    schema: collectorUrl.nullable(),
    default: null,
    unset: 'none',
    restart: 'node',
  }),
} as const satisfies Record<string, SettingSpec>;
