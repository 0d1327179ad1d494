import { z } from 'zod';
import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { CrawlStatus } from '../../../shared/model/crawl.ts';
import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import { FORK_VERDICTS, type KnownNode, type KnownPage } from '../../../shared/model/known-node.ts';
import { NODE_LISTS } from '../../../shared/model/node-list.ts';
import { NODE_SOURCES } from '../../../shared/model/node-source.ts';
import {
  TABLE_PROTOCOLS,
  type DiscoveryCounters,
  type LookupTrace,
  type TableEntry,
  type TableSnapshot,
} from '../../../shared/model/table.ts';
import { failure } from './node-results.ts';
import { maybeNumber, maybeText, resultOf, textOf, time } from './result-schema.ts';

const tableEntry = resultOf<TableEntry>()(
  z.strictObject({
    id: z.string(),
    ip: z.string(),
    udp: z.int(),
    tcp: z.int(),
    enode: z.string(),
    enr: maybeText,
    seq: z.string(),
    addedToTable: time,
    addedToBucket: time,
    checks: z.int(),
    live: z.boolean(),
    revalidation: z.enum(['fast', 'slow']).nullable(),
    forkHash: maybeText,
    fork: z.enum(FORK_VERDICTS),
    client: maybeText,
  }),
);

/** A table of discovery. */
export const tableSnapshot = resultOf<TableSnapshot>()(
  z.strictObject({
    buckets: z.array(
      z.strictObject({
        distance: z.int(),
        entries: z.array(tableEntry),
        replacements: z.array(tableEntry),
      }),
    ),
    live: z.int(),
    entries: z.int(),
    replacements: z.int(),
    nextRefreshAt: maybeNumber,
    nextRevalidationAt: maybeNumber,
  }),
);

const v5Sessions = z.strictObject({
  sessions: z.int(),
  maxSessions: z.int(),
  challenges: z.int(),
  requests: z.int(),
  handshakes: z.int(),
  failedHandshakes: z.int(),
  talkProtocols: z.array(z.string()),
});

/** The counters of a protocol of discovery. */
export const discoveryCounters = resultOf<DiscoveryCounters>()(
  z.strictObject({
    enabled: z.boolean(),
    packets: z.array(
      z.strictObject({
        packet: z.string(),
        in: z.number(),
        out: z.number(),
        inPerSecond: z.number(),
        outPerSecond: z.number(),
      }),
    ),
    dropped: z.array(z.strictObject({ reason: textOf<CauseCode>(), count: z.int() })),
    pingsAnswered: maybeNumber,
    knownByFork: z.strictObject({ ours: z.int(), other: z.int(), unknown: z.int(), stale: z.int() }),
    v5: v5Sessions.nullable(),
  }),
);

const lookupStep = z.strictObject({
  round: z.int(),
  id: z.string(),
  ip: z.string(),
  distance: z.int(),
  answered: z.boolean(),
  newNodes: z.int(),
  atMs: z.number(),
});

/** A lookup. */
export const lookupTrace = resultOf<LookupTrace>()(
  z.strictObject({
    id: z.int(),
    origin: z.enum(['user', 'node']),
    target: z.string(),
    startedAt: time,
    durationMs: z.number(),
    done: z.boolean(),
    rounds: z.int(),
    asked: z.int(),
    silent: z.int(),
    steps: z.array(lookupStep),
    closest: z.array(
      z.strictObject({
        id: z.string(),
        ip: z.string(),
        udp: z.int(),
        distance: z.int(),
        enode: z.string(),
      }),
    ),
  }),
);

/** A DNS node list. */
export const dnsTree = resultOf<DnsTreeView>()(
  z.strictObject({
    url: z.string(),
    domain: z.string(),
    source: z.enum(['network', 'user', 'flag', 'link']),
    state: z.enum(['waiting', 'syncing', 'synced', 'failed']),
    seq: maybeText,
    enrRoot: maybeText,
    linkRoot: maybeText,
    lastSyncAt: maybeNumber,
    nextCheckAt: maybeNumber,
    records: z.int(),
    links: z.int(),
    missing: z.int(),
    queries: z.int(),
    refused: z.int(),
    failure: failure.nullable(),
  }),
);

/** A crawl. */
export const crawlStatus = resultOf<CrawlStatus>()(
  z.strictObject({
    protocol: z.enum(TABLE_PROTOCOLS),
    state: z.enum(['running', 'done', 'stopped', 'failed']),
    startedAt: time,
    endsAt: time,
    failure: maybeText,
    nodes: z.int(),
    answered: z.int(),
    added: z.int(),
    silent: z.int(),
    removed: z.int(),
    byFork: z.array(z.strictObject({ fork: z.string(), ours: z.boolean(), count: z.int() })),
    byClient: z.array(z.strictObject({ client: z.string(), count: z.int() })),
  }),
);

const knownNode = resultOf<KnownNode>()(
  z.strictObject({
    id: z.string(),
    label: maybeText,
    client: maybeText,
    ip: maybeText,
    hostname: maybeText,
    udp: z.int(),
    tcp: z.int(),
    enode: z.string(),
    enr: maybeText,
    seq: maybeText,
    forkHash: maybeText,
    forkName: maybeText,
    fork: z.enum(FORK_VERDICTS),
    sources: z.array(z.enum(NODE_SOURCES)),
    tables: z.array(z.enum(TABLE_PROTOCOLS)),
    lists: z.array(z.enum(NODE_LISTS)),
    connected: z.boolean(),
    lastPongAt: maybeNumber,
  }),
);

/** A page of known nodes. */
export const knownPage = resultOf<KnownPage>()(
  z.strictObject({ nodes: z.array(knownNode), next: maybeText, matching: z.int(), total: z.int() }),
);
