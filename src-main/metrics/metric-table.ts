import { CHAIN_METRICS } from './chain-metrics.ts';
import { CONNECTION_METRICS } from './connection-metrics.ts';
import { DISCOVERY_METRICS } from './discovery-metrics.ts';
import {
  GETH_DISCOVER_METRICS,
  GETH_ETH_METRICS,
  GETH_MESSAGE_METRICS,
  GETH_P2P_METRICS,
} from './geth-metrics.ts';
import type { Metric } from './metric.ts';
import { NODE_METRICS } from './node-metrics.ts';

/**
 * Every metric of the node, with its help and where its value comes from. All exports derive from this table. Counters
 * count since the node started.
 */
export const METRICS: readonly Metric[] = [
  ...GETH_P2P_METRICS,
  ...GETH_DISCOVER_METRICS,
  ...GETH_ETH_METRICS,
  ...NODE_METRICS,
  ...CONNECTION_METRICS,
  ...DISCOVERY_METRICS,
  ...CHAIN_METRICS,
  ...GETH_MESSAGE_METRICS,
];
