import { describe, expect, test } from 'vitest';
import { identityOf, lacksOf, type Dialect } from '../../../src-main/sentry/dialect.ts';

const ALL: Dialect = {
  headers: true,
  blocks: true,
  receipts: true,
  accessLists: 'debug_getRawBlockAccessList',
  takesHashes: true,
  capabilities: true,
  pooledTransactions: true,
  submission: true,
  pendingNotices: 'subscription',
  headNotices: true,
};

describe('a client', () => {
  test.each([
    ['Geth/v1.17.8-stable/linux-amd64/go1.25', 'geth'],
    ['reth/v1.9.3-27a8c0f/x86_64-unknown-linux-gnu', 'reth'],
    ['besu/v25.11.0/linux-x86_64/openjdk-java-21', 'besu'],
    ['Nethermind/v1.35.2/linux-x64/dotnet10.0.0', 'nethermind'],
    ['erigon/3.2.2/linux-amd64/go1.24.3', 'erigon'],
    ['ethrex/v1', 'other'],
  ])('%s is %s', (version, family) => {
    expect(identityOf(version)).toEqual({ family, version });
  });

  test('has a version of one short line, whatever it says', () => {
    expect(identityOf(`Geth/\n\u202e${'x'.repeat(500)}`).version).toMatch(/^Geth\/ x{100,}$/);
    expect(identityOf(`x${'y'.repeat(500)}`).version).toHaveLength(120);
    expect(identityOf({ toString: () => 'Geth/' })).toEqual({ family: 'other', version: '' });
  });

  test('that has all methods lacks nothing', () => {
    expect(lacksOf(ALL)).toEqual([]);
  });

  test('is told each lack with its method and what follows', () => {
    const lacks = lacksOf({
      ...ALL,
      receipts: false,
      accessLists: undefined,
      headNotices: false,
      pendingNotices: undefined,
    });
    expect(lacks).toEqual([
      { code: 'raw-receipts', method: 'debug_getRawReceipts', consequence: 'no-receipts-served' },
      {
        code: 'raw-access-lists',
        method: 'debug_getRawBlockAccessList',
        consequence: 'no-access-lists-served',
      },
      { code: 'head-notices', method: 'eth_subscribe', consequence: 'head-is-polled' },
      {
        code: 'pending-notices',
        method: 'eth_newPendingTransactionFilter',
        consequence: 'pending-transactions-are-not-announced',
      },
    ]);
  });

  test('without headers is not told that it finds none by hash', () => {
    const codes = lacksOf({ ...ALL, headers: false, takesHashes: false }).map(({ code }) => code);
    expect(codes).toEqual(['raw-headers']);
  });
});
