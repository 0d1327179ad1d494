import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { encodeGenesisHeader } from '../../../src-main/chain/header.ts';
import {
  checkAccessList,
  checkBlock,
  checkHeader,
  checkTransaction,
} from '../../../src-main/sentry/verify.ts';

const METHOD = 'm';
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const HEADER = {
  parentHash: zeros(32),
  coinbase: zeros(20),
  stateRoot: zeros(32),
  difficulty: 0n,
  number: 7n,
  gasLimit: 1n,
  gasUsed: 0n,
  time: 1n,
  extraData: zeros(0),
  mixHash: zeros(32),
  nonce: zeros(8),
  baseFee: 1n,
};

describe('a header', () => {
  const encoded = encodeGenesisHeader(HEADER);

  test('is the one with the requested hash or number', () => {
    expect(checkHeader(METHOD, encoded, { hash: keccak256(encoded) }).header.number).toBe(7n);
    expect(checkHeader(METHOD, encoded, { number: 7n }).encoded).toEqual(encoded);
    expect(() => checkHeader(METHOD, encoded, { number: 8n })).toThrow('block 7 instead of 8');
    expect(() => checkHeader(METHOD, encoded, { hash: zeros(32) })).toThrow('another hash');
    expect(() => checkHeader(METHOD, encoded.subarray(1), {})).toThrow('is not the requested item');
  });
});

describe('a block', () => {
  const blockOf = (header: Uint8Array, ...parts: readonly (readonly RawRlp[])[]): Uint8Array =>
    encodeRlp([new RawRlp(header), ...parts]);
  const before = encodeGenesisHeader(HEADER);
  const since = encodeGenesisHeader({ ...HEADER, withdrawals: true });

  test('has withdrawals if and only if its header has their root', () => {
    expect(checkBlock(METHOD, blockOf(before, [], []), keccak256(before)).body).toEqual({
      transactions: [],
      ommers: [],
      withdrawals: undefined,
    });
    expect(checkBlock(METHOD, blockOf(since, [], [], []), keccak256(since)).body.withdrawals).toEqual([]);
    const missing = 'another withdrawals root';
    expect(() => checkBlock(METHOD, blockOf(before, [], [], []), keccak256(before))).toThrow(missing);
    expect(() => checkBlock(METHOD, blockOf(since, [], []), keccak256(since))).toThrow(missing);
  });

  test('has the transactions and ommers of its roots', () => {
    const item = new RawRlp(encodeRlp([1]));
    const hash = keccak256(before);
    expect(() => checkBlock(METHOD, blockOf(before, [item], []), hash)).toThrow('another transactions root');
    expect(() => checkBlock(METHOD, blockOf(before, [], [item]), hash)).toThrow('another ommers hash');
  });
});

describe('an access list', () => {
  const list = encodeRlp([]);
  const { header } = checkHeader(
    METHOD,
    encodeGenesisHeader({
      ...HEADER,
      withdrawals: true,
      blobGas: { used: 0n, excess: 0n },
      requests: true,
      blockAccessList: { slot: 1n },
    }),
    {},
  );

  test('has the hash in its header', () => {
    expect(checkAccessList(METHOD, list, header)).toEqual(list);
    expect(() => checkAccessList(METHOD, encodeRlp([1]), header)).toThrow('another access-list hash');
    expect(() => checkAccessList(METHOD, list, { accessListHash: undefined })).toThrow(
      'another access-list hash',
    );
  });
});

describe('a pooled transaction', () => {
  test('has its hash, a blob transaction without its sidecar', () => {
    const fields = encodeRlp([1, 2, 3]);
    const blob = Uint8Array.of(3);
    const hash = keccak256(blob, fields);
    const pooled = concatBytes(blob, encodeRlp([new RawRlp(fields), [zeros(48)], [zeros(48)], [zeros(48)]]));
    const later = concatBytes(
      blob,
      encodeRlp([new RawRlp(fields), 1, [zeros(48)], [zeros(48)], [zeros(48)]]),
    );
    expect(checkTransaction(METHOD, pooled, hash)).toBe(pooled);
    expect(checkTransaction(METHOD, later, hash)).toBe(later);
    expect(checkTransaction(METHOD, concatBytes(blob, fields), hash)).toHaveLength(fields.length + 1);
    const legacy = encodeRlp([9]);
    expect(checkTransaction(METHOD, legacy, keccak256(legacy))).toBe(legacy);
    for (const wrong of [legacy, blob, zeros(0), pooled.subarray(0, 9)])
      expect(() => checkTransaction(METHOD, wrong, hash)).toThrow('is not the requested item');
  });
});
