import { z } from 'zod';
import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { Failure } from '../../../shared/causes/facts.ts';
import {
  PORT_SETTING_KEYS,
  type HealthAction,
  type HealthActionView,
} from '../../../shared/model/health-action.ts';
import type { HealthCheck, NatStatus, NodeStatus } from '../../../shared/model/node.ts';
import { SERIES_SPANS, type TrafficNow, type TrafficSeries } from '../../../shared/model/series.ts';
import type { SettingKey } from '../../../shared/settings-table.ts';
import { maybeNumber, maybeText, resultOf, textOf, time } from './result-schema.ts';

/** A failed operation. */
export const failure = resultOf<Failure>()(
  z.strictObject({ code: textOf<CauseCode>(), message: z.string() }),
);

const portKey = z.enum(PORT_SETTING_KEYS);
const ofSetting = z.strictObject({ key: textOf<SettingKey>() });

const healthAction = resultOf<HealthAction>()(
  z.union([
    z.strictObject({ kind: z.literal('start'), params: z.record(z.string(), z.never()) }),
    z.strictObject({
      kind: z.literal('use-free-port'),
      params: z.strictObject({ key: portKey, port: z.int() }),
    }),
    z.strictObject({ kind: z.literal('change-port'), params: z.strictObject({ key: portKey }) }),
    z.strictObject({ kind: z.literal('open-setting'), params: ofSetting }),
    z.strictObject({ kind: z.literal('reset-setting'), params: ofSetting }),
    z.strictObject({
      kind: z.literal('open-view'),
      params: z.strictObject({ view: textOf<HealthActionView>() }),
    }),
  ]),
);

/** A check of the health list. */
export const healthCheck = resultOf<HealthCheck>()(
  z.strictObject({
    id: z.string(),
    state: z.enum(['good', 'warning', 'bad', 'pending']),
    title: z.string(),
    evidence: z.string(),
    advice: maybeText,
    actions: z.array(healthAction).exactOptional(),
  }),
);

const protocol = z.enum(['tcp', 'udp']);

const nat = resultOf<NatStatus>()(
  z.strictObject({
    method: z.string(),
    state: z.enum(['off', 'searching', 'mapped', 'partial', 'failed', 'known']),
    gateway: maybeText,
    mappings: z.array(
      z.strictObject({ protocol, internalPort: z.int(), externalPort: z.int(), expiresAt: time }),
    ),
    failure: failure.nullable(),
    nextTryAt: maybeNumber,
  }),
);

const network = z.strictObject({
  name: z.string(),
  networkId: z.string(),
  chainId: z.string(),
  genesisHash: z.string(),
  forkId: z.strictObject({ hash: z.string(), next: z.string() }),
  forkOverrides: z.array(z.string()),
  demo: z.boolean(),
});

const identity = z.strictObject({
  id: z.string(),
  publicKey: z.string(),
  enode: z.string(),
  enr: z.string(),
  seq: z.string(),
  nextId: maybeText,
});

const nodeFailure = z.strictObject({
  code: textOf<CauseCode>(),
  message: z.string(),
  setting: z.strictObject({ key: textOf<SettingKey>(), title: z.string() }).nullable(),
});

const totals = z.strictObject({
  total: z.int(),
  inbound: z.int(),
  outbound: z.int(),
  static: z.int(),
  trusted: z.int(),
  dialing: z.int(),
  dialSlots: z.int(),
  waiting: z.int(),
  known: z.int(),
  stored: z.int(),
});

const limits = z.strictObject({
  maxPeers: z.int(),
  maxPendingInbound: z.int(),
  maxPendingOutbound: z.int(),
  dialRatio: z.number(),
  maxDialed: z.int(),
  maxInbound: z.int(),
});

const listening = z.strictObject({
  protocol,
  ip: z.string(),
  port: z.int(),
  receiveBuffer: z.strictObject({ bytes: z.int(), requested: z.int() }).exactOptional(),
});

const external = z.strictObject({
  ip: z.string(),
  source: z.enum(['votes', 'nat', 'stun', 'flag', 'interface']),
  votes: z.int(),
});

/** The state of the node. */
export const nodeStatus = resultOf<NodeStatus>()(
  z.strictObject({
    phase: z.enum(['starting', 'running', 'stopping', 'stopped', 'failed']),
    failure: nodeFailure.nullable(),
    mode: z.enum(['desktop', 'headless']),
    version: z.string(),
    clientName: z.string(),
    startedAt: maybeNumber,
    dataFolder: z.string(),
    firstStart: z.boolean(),
    network,
    identity,
    listening: z.array(listening),
    external: z.array(external),
    capabilities: z.array(z.string()),
    limits,
    peers: totals,
    health: z.array(healthCheck),
    nat,
    clock: z.strictObject({ offsetMs: z.number(), samples: z.int() }).nullable(),
  }),
);

/** Traffic now and in total. */
export const trafficNow = resultOf<TrafficNow>()(
  z.strictObject({
    bytesInPerSecond: z.number(),
    bytesOutPerSecond: z.number(),
    bytesInTotal: z.number(),
    bytesOutTotal: z.number(),
    packetsInPerSecond: z.number(),
    packetsOutPerSecond: z.number(),
  }),
);

const spans = Object.keys(SERIES_SPANS) as [keyof typeof SERIES_SPANS, ...(keyof typeof SERIES_SPANS)[]];
const samples = z.array(z.number());

/** Traffic over a span. */
export const trafficSeries = resultOf<TrafficSeries>()(
  z.strictObject({
    span: z.enum(spans),
    at: samples,
    bytesIn: samples,
    bytesOut: samples,
    packetsIn: samples,
    packetsOut: samples,
    peers: samples,
  }),
);
