import { describe, expect, it, test } from 'vitest';
import {
  RELAY_REFUSALS,
  type ArchiveView,
  type ImportView,
  type RelayTotals,
  type SentryView,
  type ServedKind,
} from '../../../../shared/model/chain.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';
import { i18n } from '../../../../src-renderer/i18n.ts';
import {
  archiveState,
  cacheShare,
  failureText,
  importShare,
  rangeText,
  refusals,
  relayFigures,
  sentryState,
  servedTotals,
  troubleText,
} from '../../../../src-renderer/model/chain-text.ts';

const t = i18n.global.t as unknown as Translate;
const HASH = `0x${'ab'.repeat(32)}`;

const sentry = (change: Partial<SentryView>): SentryView => ({
  ...{
    kind: 'sentry',
    address: 'http://127.0.0.1:8545',
    phase: 'connected',
    since: 7,
    usesJwt: false,
    client: 'Geth/v1.17.8',
  },
  ...{ lacks: [], failure: null, wrongItems: 0, lastWrongItem: null },
  ...change,
});
const timeout = { code: 'rpc-timeout', message: 'The client’s RPC did not answer within 5000 ms' } as const;

describe('the state of an execution client', () => {
  test('is connected since a time, whatever failed before', () => {
    expect(sentryState(sentry({ failure: timeout }), t)).toEqual({
      ...{ tone: 'good', title: 'Connected', since: 7, lines: [] },
    });
  });

  test('is a lost connection only after there was one', () => {
    const lost = sentryState(sentry({ phase: 'away', failure: timeout }), t);
    expect(lost).toMatchObject({ tone: 'warn', title: 'Connection lost', since: 7 });
    expect(lost.lines[0]).toBe('The client’s RPC did not answer within 5000 ms.');
    expect(lost.lines.at(-1)).toMatch(/announces the same range/);

    const never = sentryState(sentry({ phase: 'away', client: null, failure: timeout }), t);
    expect(never).toMatchObject({ tone: 'warn', title: 'Not connected yet' });
    expect(never.lines).toEqual([
      'The client’s RPC did not answer within 5000 ms.',
      'Check the load of the client, and the way to it.',
    ]);
  });

  test('says what to do where the catalogue knows it', () => {
    const failure = {
      code: 'rpc-http-status',
      message: 'The client’s RPC answered with HTTP status 401',
    } as const;
    expect(sentryState(sentry({ phase: 'away', client: null, failure }), t).lines).toEqual([
      'The client’s RPC answered with HTTP status 401.',
      'Check the address, the JWT secret and the headers.',
    ]);
  });

  test('is bad for a client of another chain, with both hashes short', () => {
    const failure = {
      code: 'rpc-wrong-chain',
      message: `The client has the genesis block ${HASH}, this network has ${HASH}`,
    } as const;
    const state = sentryState(sentry({ phase: 'away', failure }), t);
    expect(state).toMatchObject({ tone: 'bad', title: 'Client of another chain' });
    expect(state.lines[0]).toBe(
      'The client has the genesis block 0xababab…abab, this network has 0xababab…abab.',
    );
  });

  test('is not an outage while the node is stopped', () => {
    expect(sentryState(sentry({ phase: 'stopped', failure: timeout }), t)).toMatchObject({
      ...{ tone: 'quiet', title: 'Not connected', since: null },
      lines: ['The node connects when it starts.'],
    });
  });
});

const started: ImportView = {
  ...{ state: 'running', file: 'a.era1', place: 1, files: 2, bytesRead: 25, bytes: 100, blocks: '7' },
  failure: null,
};
const archive = (found: ImportView | null): ArchiveView => ({
  ...{ kind: 'archive', folder: '/data/chain', withoutReceipts: '0', import: found },
});
const range = (earliest: string, latest: string) => ({ earliest, latest, latestHash: HASH });

describe('the state of imported files', () => {
  test('is the import while it runs, and how it failed', () => {
    expect(archiveState(archive(started), range('0', '6'), t)).toMatchObject({
      ...{ tone: 'busy', title: 'Import in progress' },
    });
    const failed = { ...started, state: 'failed', failure: timeout } as const;
    expect(archiveState(archive(failed), range('0', '6'), t)).toMatchObject({
      ...{ tone: 'bad', title: 'Import failed' },
      lines: ['The client’s RPC did not answer within 5000 ms.', 'The blocks before it are kept.'],
    });
  });

  test('counts the blocks of the range otherwise', () => {
    const title = (...[earliest, latest]: [string, string]): string =>
      archiveState(archive(null), range(earliest, latest), t).title;
    expect(title('0', '600')).toBe('601 blocks');
    expect(title('300', '300')).toBe('1 block');
    expect(title('0', '9007199254740993')).toBe('9,007,199,254,740,994 blocks');
    expect(title('0', '0')).toBe('No block but the genesis block');
    const done = { ...started, state: 'done' } as const;
    expect(archiveState(archive(done), range('0', '600'), t)).toMatchObject({ tone: 'good' });
  });
});

it('shows what a client wrote as text, with one full stop', () => {
  const failure = { code: 'rpc-refused', message: 'It said “a\u202Eb\u0007”.' } as const;
  expect(failureText(failure)).toBe('It said “a\u{fffd}b\u{fffd}”.');
});

it('writes a range of one block as its number', () => {
  expect(rangeText(range('0', '0'))).toBe('0');
  expect(rangeText(range('15537394', '23817402'))).toBe('15,537,394 – 23,817,402');
});

it('has a share of a file without bytes, and of one that grew', () => {
  expect(importShare(started)).toBe(0.25);
  expect(importShare({ ...started, bytes: 0 })).toBe(0);
  expect(importShare({ ...started, bytesRead: 101 })).toBe(1);
});

it('has no share of hits before the first item', () => {
  const use = (hits: number, misses: number) => ({ hits, misses });
  const size = { bytes: 0, maxBytes: 1 };
  expect(cacheShare({ headers: use(0, 0), bodies: use(0, 0), receipts: use(0, 0), ...size })).toBeNull();
  expect(cacheShare({ headers: use(3, 0), bodies: use(0, 1), receipts: use(0, 0), ...size })).toBe(0.75);
});

const kind: ServedKind = {
  name: 'GetReceipts',
  asked: 9,
  served: 4,
  empty: 2,
  late: 0,
  failed: 0,
  items: 40,
};

it('names late and failed requests only where there are any', () => {
  expect(troubleText(kind, t)).toBe('');
  expect(troubleText({ ...kind, late: 1_200 }, t)).toBe('1,200 late');
  expect(troubleText({ ...kind, late: 1, failed: 2 }, t)).toBe('1 late, 2 failed');
});

it('sums the requests of all kinds', () => {
  expect(servedTotals([])).toEqual({ asked: 0, empty: 0 });
  expect(servedTotals([kind, { ...kind, asked: 1, empty: 1 }])).toEqual({ asked: 10, empty: 3 });
});

describe('the figures of transactions', () => {
  const totals: RelayTotals = {
    ...{ announced: 9, received: 8, accepted: 7, observed: null, announcedOut: 60, sentOut: 5, pending: 0 },
    refused: Object.fromEntries(RELAY_REFUSALS.map((reason) => [reason, 0])) as RelayTotals['refused'],
  };
  const figuresOf = (change: Partial<RelayTotals>) =>
    relayFigures({ ...totals, ...change }).map(({ name, count }) => `${name} ${String(count)}`);

  test('are what the client took and what was sent on, and what is waited for', () => {
    expect(figuresOf({})).toEqual(['received 8', 'accepted 7', 'relayed 65']);
    expect(figuresOf({ pending: 4 })).toEqual(['received 8', 'accepted 7', 'relayed 65', 'pending 4']);
  });

  test('say nothing of a client or of relaying where transactions are observed', () => {
    expect(figuresOf({ observed: 0 })).toEqual(['received 8', 'observed 0']);
    expect(figuresOf({ observed: 6, pending: 1 })).toEqual(['received 8', 'observed 6', 'pending 1']);
  });
});

it('lists the reasons of refusals, the most frequent first, and none that did not occur', () => {
  const none = Object.fromEntries(RELAY_REFUSALS.map((reason) => [reason, 0])) as RelayTotals['refused'];
  expect(refusals(none)).toEqual([]);
  expect(refusals({ ...none, malformed: 2, 'rate-limited': 30 })).toEqual([
    { reason: 'rate-limited', count: 30 },
    { reason: 'malformed', count: 2 },
  ]);
});
