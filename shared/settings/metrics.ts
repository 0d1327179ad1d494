import { listenAddress } from '../address-schemas.ts';
import { boolean, integer, setting, type SettingSpec } from '../setting-spec.ts';

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
  metricsPort: integer({
    group: 'metrics',
    title: 'Metrics port',
    help: 'TCP port to serve the metrics on. 0: any free port.',
    flag: '--metrics.port',
    min: 0,
    max: 65_535,
    default: 6_060,
    restart: 'node',
  }),
} as const satisfies Record<string, SettingSpec>;
