import {
  RELAY_REFUSALS,
  type ArchiveView,
  type ChainView,
  type ClientLack,
  type ImportView,
  type RelayTotals,
  type SentryView,
  type ServedKind,
} from '../../../shared/model/chain.ts';

/* The served chain in every state. */

/** The states of a source besides none. */
export const CHAIN_SCENARIOS = [
  'sentry',
  'lacks',
  'away',
  'unreached',
  'otherChain',
  'importing',
  'imported',
  'importFailed',
  'importStopped',
  'observed',
  'observedOnly',
] as const;
type ChainScenario = (typeof CHAIN_SCENARIOS)[number];

const HASH = `0x8f1c02aa${'5b'.repeat(26)}d41e`;
const GENESIS = '0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3';
const MINUTE = 60_000;

const kind = (name: string, asked: number, change: Partial<ServedKind> = {}): ServedKind => {
  const { empty = 0, late = 0, failed = 0 } = change;
  const served = asked - empty - late - failed;
  return { name, asked, served, empty, late, failed, items: served * 64, ...change };
};

/** Requests of peers by kind, `scale` times as many as on a quiet day. */
export const makeServed = (scale = 1, troubled = false): readonly ServedKind[] => [
  kind('GetBlockHeaders', 18_204 * scale, { empty: 203 * scale }),
  kind('GetBlockBodies', 9_120 * scale, troubled ? { late: 41, failed: 12 } : {}),
  kind('GetReceipts', 3_010 * scale, { empty: 60 * scale, ...(troubled && { failed: 7 }) }),
  kind('GetPooledTransactions', 1_201 * scale, { empty: 21 * scale }),
  kind('GetBlockAccessLists', 300 * scale, { empty: 300 * scale }),
];

const makeRelay = (scale = 1): RelayTotals => ({
  announced: 18_204 * scale,
  received: 9_120 * scale,
  accepted: 8_911 * scale,
  observed: null,
  announcedOut: 41_200 * scale,
  sentOut: 3_010 * scale,
  refused: Object.fromEntries(
    RELAY_REFUSALS.map((reason, at) => [reason, at % 3 === 2 ? 0 : (9 - at) * 11 * scale]),
  ) as RelayTotals['refused'],
  pending: 12,
});

/** The transactions of a node without an execution client. */
const observedTransactions: RelayTotals = {
  ...makeRelay(),
  ...{ accepted: 0, observed: 8_911, announcedOut: 0, sentOut: 0 },
  refused: { ...makeRelay().refused, 'rejected-by-client': 0, 'rejected-before': 0 },
};

const LACKS: readonly ClientLack[] = [
  {
    code: 'raw-access-lists',
    method: 'debug_getRawBlockAccessList',
    consequence: 'no-access-lists-served',
  },
  { code: 'lookup-by-hash', method: 'debug_getRawHeader', consequence: 'hashes-cost-another-call' },
  { code: 'oldest-block', method: 'eth_capabilities', consequence: 'oldest-block-is-searched' },
  { code: 'head-notices', method: 'eth_subscribe', consequence: 'head-is-polled' },
  {
    code: 'pending-notices',
    method: 'eth_newPendingTransactionFilter',
    consequence: 'pending-transactions-are-not-announced',
  },
];

const sentry = (now: number, change: Partial<SentryView> = {}): SentryView => ({
  kind: 'sentry',
  address: 'http://127.0.0.1:8545',
  usesJwt: false,
  phase: 'connected',
  since: now - 3 * 3_600_000,
  client: 'Geth/v1.17.8-stable-9d2f1e0c/linux-amd64/go1.25.4',
  lacks: LACKS.slice(0, 1),
  failure: null,
  wrongItems: 0,
  lastWrongItem: null,
  ...change,
});

const imported = (change: Partial<ImportView>): ArchiveView => ({
  kind: 'archive',
  folder: '/home/ada/.local/share/enodeck/chain',
  withoutReceipts: change.state === 'done' ? '600' : '0',
  import: {
    state: 'running',
    file: 'mainnet-00012-3a2f6d1c.era1',
    place: 13,
    files: 1_897,
    bytesRead: 41.2e6,
    bytes: 98.7e6,
    blocks: '102304',
    failure: null,
    ...change,
  },
});

/** A node without a chain. */
const makeNoChain = (asked: boolean): ChainView => ({
  source: { kind: 'none' },
  range: { earliest: '0', latest: '0', latestHash: GENESIS },
  headTime: null,
  served: asked ? [kind('GetBlockHeaders', 412, { empty: 398, items: 14 })] : [],
  cache: null,
  transactions: null,
});

const served = (now: number, change: Partial<ChainView>): ChainView => ({
  ...makeNoChain(false),
  range: { earliest: '15537394', latest: '23817402', latestHash: HASH },
  headTime: now - 7_000,
  served: makeServed(),
  cache: {
    headers: { hits: 912_000, misses: 81_000 },
    bodies: { hits: 61_000, misses: 9_400 },
    receipts: { hits: 17_000, misses: 2_000 },
    bytes: 41e6,
    maxBytes: 67.1e6,
  },
  transactions: makeRelay(),
  ...change,
});

/** The chain in a state; `many` has large numbers, `hostile` a client with a hostile name. */
export function makeChain(name: string, now: number): ChainView {
  // The pictures of the tour show all that there is.
  if (name === 'tour') return makeChain('sentry', now);
  if (name === 'many') {
    const source = sentry(now, { lacks: [] });
    return served(now, { source, served: makeServed(1_240), transactions: makeRelay(1_240) });
  }
  if (name === 'hostile') {
    const client = '<img src=x onerror=alert(1)>/v1\u202E/{{ 7 * 7 }} @:link | plural';
    const wrong = { code: 'rpc-wrong-item', message: 'The client’s answer is\u0007 wrong' } as const;
    return served(now, { source: sentry(now, { client, wrongItems: 3, lastWrongItem: wrong }) });
  }
  const known = CHAIN_SCENARIOS.find((each) => each === name);
  return known === undefined ? makeNoChain(name !== 'empty') : CHAINS[known](now);
}

const ARCHIVE = { cache: null, transactions: null } as const;
const BLOCKS = { earliest: '0', latest: '102303', latestHash: HASH };
const OLD = 1_446_000_000_000;

const CHAINS: Readonly<Record<ChainScenario, (now: number) => ChainView>> = {
  sentry: (now) => served(now, { source: sentry(now) }),
  lacks: (now) =>
    served(now, {
      source: sentry(now, { client: 'besu/v26.8.0/linux-x86_64/openjdk-java-21', lacks: LACKS }),
    }),
  away: (now) =>
    served(now, {
      source: sentry(now, {
        phase: 'away',
        since: now - 34_000,
        failure: { code: 'rpc-timeout', message: 'The client’s RPC did not answer within 5000 ms' },
        wrongItems: 2,
        lastWrongItem: {
          code: 'rpc-wrong-item',
          message: 'The client’s answer to debug_getRawHeader is not the requested item: its hash differs',
        },
      }),
      headTime: now - 52_000,
      served: makeServed(1, true),
    }),
  unreached: (now) =>
    served(now, {
      ...makeNoChain(false),
      source: sentry(now, {
        ...{ phase: 'away', since: now - 9_000, client: null, lacks: [] },
        failure: {
          code: 'rpc-http-status',
          message: 'The client’s RPC answered with HTTP status 401',
        },
      }),
      transactions: { ...makeRelay(0), pending: 0 },
      cache: {
        ...{
          headers: { hits: 0, misses: 0 },
          bodies: { hits: 0, misses: 0 },
          receipts: { hits: 0, misses: 0 },
        },
        ...{ bytes: 0, maxBytes: 67.1e6 },
      },
    }),
  otherChain: (now) =>
    served(now, {
      ...makeNoChain(false),
      source: sentry(now, {
        ...{ phase: 'away', since: now - 4 * MINUTE, client: null, lacks: [] },
        failure: {
          code: 'rpc-wrong-chain',
          message: `The client has the genesis block 0x25a5cc10${'6e'.repeat(26)}91ff, this network has ${GENESIS}`,
        },
      }),
      transactions: { ...makeRelay(0), pending: 0 },
    }),
  importing: (now) =>
    served(now, { ...ARCHIVE, source: imported({}), range: BLOCKS, headTime: OLD, served: [] }),
  importStopped: (now) => makeChain('importing', now),
  imported: (now) =>
    served(now, {
      ...ARCHIVE,
      source: imported({ state: 'done', place: 1_897, bytesRead: 98.7e6 }),
      range: BLOCKS,
      headTime: OLD,
      served: makeServed().slice(0, 3),
    }),
  observed: (now) => ({ ...makeChain('imported', now), transactions: observedTransactions }),
  observedOnly: () => ({ ...makeNoChain(true), transactions: observedTransactions }),
  importFailed: (now) =>
    served(now, {
      ...ARCHIVE,
      source: imported({
        state: 'failed',
        failure: {
          code: 'archive-invalid-block',
          message: 'mainnet-00012-3a2f6d1c.era1, block 102304, receipts root: it differs from the header.',
        },
      }),
      range: BLOCKS,
      headTime: OLD,
      served: makeServed().slice(0, 2),
    }),
};
