import { describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import {
  answerBodies,
  answerHeaders,
  answerPooledTransactions,
  answerReceipts,
} from '../../../src-main/eth/request-handler.ts';
import type { ChainHeader, ChainView } from '../../../src-main/eth/chain-view.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { StartBlock } from '../../../src-main/eth/messages.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { unhex } from '../../support/hex.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { readVectors } from '../../support/vectors.ts';

interface HeaderCase {
  start: { number?: string; byHashOf?: string; unknownHash?: boolean };
  limit: string;
  skip: string;
  reverse: boolean;
  expect: string[] | { first: string; count: number; step: number };
}
const { headerQueries } = readVectors<{
  headerQueries: { head: string; maxHeaders: number; cases: HeaderCase[] };
}>('eth.json');

const genesisOnly = createGenesisChain(NETWORKS.hoodi, new VirtualClock());
const unknownHash = new Uint8Array(32).fill(9);

/** A chain whose headers contain only their number. */
const numbered: ChainView = (() => {
  const headers: ChainHeader[] = [];
  for (let number = 0n; number <= BigInt(headerQueries.head); number++) {
    const encoded = encodeRlp([number]);
    headers.push({ number, encoded, hash: keccak256(encoded) });
  }
  const byHash = new Map(headers.map((header) => [unhex(header.hash), header]));
  return {
    ...genesisOnly,
    headerByNumber: (number) => (number < headers.length ? headers[Number(number)] : undefined),
    headerByHash: (hash) => byHash.get(unhex(hash)),
  };
})();

describe('header queries', () => {
  it.each(headerQueries.cases.map((entry, index) => ({ index, ...entry })))('case $index', (query) => {
    const expected = expectedNumbers(query.expect);
    for (const start of startsOf(query.start)) {
      const answer = answerHeaders(numbered, {
        start,
        limit: BigInt(query.limit),
        skip: BigInt(query.skip),
        reverse: query.reverse,
      });
      expect(answer.map(unhex)).toEqual(expected.map((number) => unhex(encodeRlp([number]))));
    }
  });
});

describe('a chain of the genesis block alone', () => {
  const { genesisHash } = genesisOnly;

  it('answers with its header, by number and by hash', () => {
    for (const start of [{ number: 0n }, { hash: genesisHash }]) {
      const headers = answerHeaders(genesisOnly, { start, limit: 10n, skip: 0n, reverse: false });
      expect(headers.map((header) => unhex(keccak256(header)))).toEqual([unhex(genesisHash)]);
    }
    const query = { start: { number: 1n }, limit: 10n, skip: 0n, reverse: false };
    expect(answerHeaders(genesisOnly, query)).toEqual([]);
  });

  it('answers with its body and receipts, and up to the first unknown block', () => {
    const body = { transactions: [], ommers: [], withdrawals: [] };
    expect(answerBodies(genesisOnly, [genesisHash, genesisHash])).toEqual([body, body]);
    expect(answerBodies(genesisOnly, [unknownHash, genesisHash])).toEqual([]);
    expect(answerReceipts(genesisOnly, [genesisHash, unknownHash])).toEqual([[]]);
    expect(answerPooledTransactions(genesisOnly, [unknownHash])).toEqual([]);
  });

  it('has a body without withdrawals before Shanghai', () => {
    const mainnet = createGenesisChain(NETWORKS.mainnet, new VirtualClock());
    expect(answerBodies(mainnet, [mainnet.genesisHash])).toEqual([
      { transactions: [], ommers: [], withdrawals: undefined },
    ]);
  });

  it('announces the fork ID by the wall clock and the block range 0 to 0', () => {
    expect(genesisOnly.range()).toEqual({ earliest: 0n, latest: 0n, latestHash: genesisHash });
    expect(genesisOnly.forkFilter(genesisOnly.forkId())).toBe('ok');
  });
});

function startsOf(start: HeaderCase['start']): StartBlock[] {
  if (start.unknownHash === true) return [{ hash: unknownHash }];
  const number = BigInt((start.byHashOf ?? start.number)!);
  const header = numbered.headerByNumber(number);
  const byHash = header === undefined ? [] : [{ hash: header.hash }];
  return start.byHashOf === undefined ? [{ number }, ...byHash] : byHash;
}

function expectedNumbers(expected: HeaderCase['expect']): bigint[] {
  if (Array.isArray(expected)) return expected.map(BigInt);
  return Array.from(
    { length: expected.count },
    (_, index) => BigInt(expected.first) + BigInt(index * expected.step),
  );
}
