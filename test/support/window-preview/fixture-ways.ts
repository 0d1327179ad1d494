import type { CrawlStatus, NodeSetFilter } from '../../../shared/model/crawl.ts';
import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import { CLIENTS, createDice, MINUTE, type Scenario } from './fixture-data.ts';

/* DNS lists and a crawl in every state. */

const KEY = 'AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE';

function makeTree(domain: string, now: number, more: Partial<DnsTreeView>): DnsTreeView {
  return {
    url: `enrtree://${KEY}@${domain}`,
    domain,
    source: 'network',
    state: 'synced',
    seq: '3421',
    enrRoot: 'FDXN3SN67NA5DKA4J2GOK7BVQI',
    linkRoot: 'TKT5UMUQSUBKTSRWKA7DCAOPOE',
    lastSyncAt: now - 12 * MINUTE,
    nextCheckAt: now + 18 * MINUTE,
    records: 1_204,
    links: 1,
    missing: 0,
    queries: 1_311,
    refused: 0,
    failure: null,
    ...more,
  };
}

const NOTHING = {
  seq: null,
  enrRoot: null,
  linkRoot: null,
  lastSyncAt: null,
  records: 0,
  links: 0,
} satisfies Partial<DnsTreeView>;

export function makeTrees(scenario: Scenario, now: number): readonly DnsTreeView[] {
  const main = makeTree('all.mainnet.nodes.example.org', now, {});
  const timeout = 'all.mainnet.nodes.example.org: no answer from the name server within 5 s.';
  switch (scenario) {
    case 'empty':
    case 'off':
    case 'stopped':
      return [];
    case 'broken':
      return [
        {
          ...main,
          ...NOTHING,
          state: 'failed',
          queries: 6,
          failure: { code: 'timeout', message: timeout },
          nextCheckAt: now + 9 * MINUTE,
        },
      ];
    case 'many':
      return Array.from({ length: 14 }, (_, at) =>
        makeTree(`list-${String(at + 1)}.nodes.example.org`, now, {
          source: at === 0 ? 'network' : at < 4 ? 'user' : 'link',
          records: 200 + at * 97,
          missing: at % 5 === 0 ? 0 : at * 41,
          state: at % 5 === 0 ? 'synced' : 'syncing',
        }),
      );
    case 'hostile':
      return [
        makeTree(`${'a'.repeat(60)}.<b>\u202Eevil</b>.example.org`, now, {
          source: 'link',
          refused: 4_182,
          state: 'failed',
          failure: {
            code: 'hash-mismatch',
            message: `Entry ${'A'.repeat(26)}: <img src=x onerror=alert(1)> \u202E is not what its hash says.`,
          },
        }),
      ];
    case 'typical':
      return [
        main,
        makeTree('mine.example.net', now, {
          source: 'user',
          state: 'syncing',
          seq: '17',
          records: 96,
          links: 2,
          missing: 148,
          queries: 131,
          refused: 2,
          lastSyncAt: null,
          nextCheckAt: now + 29 * MINUTE,
          failure: {
            code: 'hash-mismatch',
            message: 'Entry H4FHT4B454P6UXFD7JCYQ5PWDY: its text does not hash to its name.',
          },
        }),
        makeTree('backup.example.com', now, {
          source: 'link',
          seq: '402',
          linkRoot: null,
          links: 0,
          records: 310,
        }),
        makeTree('old.example.com', now, {
          source: 'link',
          state: 'failed',
          seq: '12',
          records: 44,
          links: 0,
          lastSyncAt: now - 5 * 60 * MINUTE,
          failure: {
            code: 'older-root',
            message: 'The root has sequence 11, older than 12 that was seen before.',
          },
        }),
      ];
  }
}

export function makeCrawl(scenario: Scenario, now: number): CrawlStatus | null {
  if (scenario === 'empty' || scenario === 'off') return null;
  const dice = createDice(53);
  const scale = scenario === 'many' ? 12 : 1;
  const base: CrawlStatus = {
    protocol: 'v4',
    state: 'running',
    startedAt: now - 4 * MINUTE,
    endsAt: now + 6 * MINUTE,
    failure: null,
    nodes: 2_318 * scale,
    answered: 1_402 * scale,
    added: 611 * scale,
    silent: 702 * scale,
    removed: 31 * scale,
    byFork: [
      { fork: '0x07c9462e', ours: true, count: 402 * scale },
      { fork: 'none', ours: false, count: 381 * scale },
      ...Array.from({ length: scenario === 'many' ? 60 : 6 }, (_, at) => ({
        fork: `0x${dice.hex(8)}`,
        ours: false,
        count: Math.max(1, Math.round((260 * scale) / (at + 1))),
      })),
    ],
    byClient: CLIENTS.slice(0, 6).map((client, at) => ({ client, count: 88 - at * 13 })),
  };
  if (scenario === 'typical') return base;
  const over = { startedAt: now - 26 * MINUTE, endsAt: now - 16 * MINUTE };
  if (scenario === 'many') return { ...base, ...over, protocol: 'v5', state: 'done' };
  if (scenario === 'hostile') {
    const strange = ['<b>\u202Eevil</b>/v1', 'A'.repeat(200), '{{ 7 * 7 }}'];
    const byClient = strange.map((client) => ({ client, count: 9 }));
    return { ...base, ...over, state: 'stopped', byClient };
  }
  return {
    ...base,
    ...over,
    state: 'failed',
    failure: 'The socket was closed while the crawl ran: the node was stopped.',
    nodes: 0,
    answered: 0,
    added: 0,
    silent: 12,
    removed: 0,
    byFork: [],
    byClient: [],
  };
}

/** How many nodes a filter leaves: some share for each thing it asks. */
export function countFiltered(nodes: number, filter: NodeSetFilter): number {
  const shares = [
    filter.ip === null ? 1 : 0.04,
    filter.minAge === null ? 1 : 0.6,
    filter.ethNetwork === null ? 1 : 0.17,
    filter.snap ? 0.5 : 1,
    filter.dialable ? 0.8 : 1,
  ];
  const left = Math.floor(shares.reduce((count, share) => count * share, nodes));
  return Math.min(left, filter.limit ?? left);
}
