import { z } from 'zod';
import type { CauseCode, EndCode, EndedBy, RecordedCode } from '../../../shared/causes/catalogue.ts';
import type { Offence } from '../../../shared/causes/offences.ts';
import type { ConnectionStage } from '../../../shared/causes/value-texts.ts';
import type { Ban } from '../../../shared/model/ban.ts';
import type { DialResult } from '../../../shared/model/node.ts';
import type {
  NodeEntryState,
  NodeListEntry,
  NodeLists,
  RestoreResult,
} from '../../../shared/model/node-list.ts';
import type { NodeAdditionResult } from '../../../shared/model/node-preview.ts';
import { NODE_SOURCES } from '../../../shared/model/node-source.ts';
import type {
  DialOutcome,
  EventLine,
  EventLineKind,
  PastOutcome,
  PeerRow,
} from '../../../shared/model/peer.ts';
import { LOG_LEVELS, type LogLine } from '../../../shared/model/log.ts';
import type { SessionStart } from '../../../shared/model/session.ts';
import type { SessionWithText } from '../rpc-why-text.ts';
import { maybeNumber, maybeText, params, resultOf, textOf, time } from './result-schema.ts';

const direction = z.enum(['inbound', 'outbound']);

/** A row of the peers table. */
export const peerRow = resultOf<PeerRow>()(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    label: maybeText,
    ip: z.string(),
    port: z.int(),
    direction,
    kind: z.strictObject({ static: z.boolean(), trusted: z.boolean() }),
    capabilities: z.array(z.string()),
    ethVersion: maybeNumber,
    stage: z.enum(['hello', 'status', 'running']),
    latestBlock: maybeText,
    latencyMs: maybeNumber,
    latencyTrend: z.array(z.number()),
    connectedAt: time,
    bytesIn: z.number(),
    bytesOut: z.number(),
    rateIn: z.number(),
    rateOut: z.number(),
    lastInAt: time,
    lastOutAt: time,
    reputation: z.number(),
    limited: z.int(),
    droppedOut: z.int(),
    sources: z.array(z.enum(NODE_SOURCES)).exactOptional(),
  }),
);

/** How dials ended. */
export const dialOutcome = resultOf<DialOutcome>()(
  z.strictObject({ code: textOf<CauseCode>(), count: z.int(), dialled: z.boolean() }),
);

/** What a dial on request led to. */
export const dialResult = resultOf<DialResult>()(
  z.strictObject({ connected: z.boolean(), code: textOf<EndCode>().nullable(), refusal: maybeText }),
);

/** A line of the events. */
export const eventLine = resultOf<EventLine>()(
  z.strictObject({
    seq: z.int(),
    at: time,
    tone: z.enum(['good', 'quiet', 'warning', 'bad']),
    kind: textOf<EventLineKind>(),
    text: z.string(),
    nodeId: maybeText,
    nodeName: maybeText,
    address: maybeText,
    direction: direction.nullable(),
    endedBy: textOf<EndedBy>().nullable(),
  }),
);

/** A line of the log. */
export const logLine = resultOf<LogLine>()(
  z.strictObject({
    seq: z.int(),
    at: time,
    level: z.enum(LOG_LEVELS),
    module: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()),
  }),
);

const recordedEnd = {
  code: textOf<RecordedCode>(),
  params,
  by: textOf<EndedBy>(),
  stage: textOf<ConnectionStage>().nullable(),
  message: maybeText,
};

const pastOutcome = resultOf<PastOutcome>()(
  z.union([
    z.strictObject({ at: time, code: z.literal('connected'), by: z.null(), direction }),
    z.strictObject({ at: time, ...recordedEnd }),
  ]),
);

const entryState = resultOf<NodeEntryState>()(
  z.strictObject({
    state: z.enum(['connected', 'dialing', 'waiting', 'refused', 'idle', 'answering', 'silent']),
    message: maybeText,
    nextTryAt: maybeNumber,
    action: z.enum(['max-peers', 'no-dial', 'net-restrict', 'bans', 'edit']).nullable(),
  }),
);

/** An entry of a node list. */
export const listEntry = resultOf<NodeListEntry>()(
  z.strictObject({
    id: z.string(),
    text: z.string(),
    label: maybeText,
    addedAt: time,
    source: z.enum(['user', 'network', 'flag', 'environment', 'setting']),
    host: maybeText,
    tcp: z.int(),
    udp: z.int(),
    state: entryState,
    client: maybeText,
    lastEnd: pastOutcome.nullable(),
  }),
);

const entries = z.array(listEntry);

/** The node lists. */
export const nodeLists = resultOf<NodeLists>()(
  z.strictObject({ bootnodes: entries, static: entries, trusted: entries }),
);

/** What an undo put back. */
export const restoreResult = resultOf<RestoreResult>()(
  z.strictObject({
    restored: z.array(z.string()),
    refused: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
  }),
);

/** What happened to a node that was added. */
export const additionResult = resultOf<NodeAdditionResult>()(
  z.strictObject({ outcome: z.enum(['added', 'updated', 'unchanged', 'refused']), reason: maybeText }),
);

/** A ban. Its reason is in words. */
export const ban = resultOf<Ban>()(
  z.strictObject({
    id: z.string(),
    target: z.strictObject({ kind: z.enum(['node', 'ip', 'cidr']), value: z.string() }),
    reason: z.string(),
    offence: textOf<Offence>().nullable(),
    by: z.enum(['user', 'score']),
    createdAt: time,
    until: maybeNumber,
    name: maybeText,
  }),
);

/** A session that starts. */
export const sessionStart = resultOf<SessionStart>()(
  z.strictObject({
    nodeId: z.string(),
    name: z.string(),
    label: maybeText,
    ip: z.string(),
    port: z.int(),
    direction,
    startedAt: time,
  }),
);

/** A past session; its `message` is the sentence of its cause. */
export const pastSession = resultOf<SessionWithText>()(
  sessionStart.extend({
    ...recordedEnd,
    message: z.string(),
    key: z.string(),
    kind: z.enum(['static', 'trusted', 'dynamic']),
    capabilities: z.array(z.string()),
    endedAt: time,
    disconnectReason: maybeText,
    bytesIn: z.number(),
    bytesOut: z.number(),
    reputation: z.number(),
  }),
);
