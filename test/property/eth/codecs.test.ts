import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { EthCodecError } from '../../../src-main/eth/errors.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import {
  decodeEthMessage,
  encodeEthMessage,
  versionLack,
  type EthMessage,
} from '../../../src-main/eth/messages.ts';
import { describeTransaction } from '../../../src-main/eth/transactions.ts';
import { ETH_VERSION_NUMBERS, type EthVersion } from '../../../src-main/eth/versions.ts';
import { hex } from '../../support/hex.ts';
import { anyReceipt } from '../../support/receipt-values.ts';
import { readVectors } from '../../support/vectors.ts';

const version = fc.constantFrom(...ETH_VERSION_NUMBERS);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const hashes = fc.array(hash, { maxLength: 5 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const legacy = fc
  .array(fc.uint8Array({ maxLength: 10 }), { maxLength: 9 })
  .map((fields) => encodeRlp(fields));
const typed = fc
  .tuple(fc.nat(0x7f), fc.uint8Array({ minLength: 1, maxLength: 60 }))
  .map(([type, data]) => encodeRlp(Uint8Array.of(type, ...data)));
const transactions = fc.array(fc.oneof(legacy, typed), { maxLength: 4 });
const body = fc.record({
  transactions,
  ommers: fc.array(legacy, { maxLength: 2 }),
  withdrawals: fc.option(fc.array(legacy, { maxLength: 3 }), { nil: undefined }),
});
const start = fc.oneof(fc.record({ hash }), fc.record({ number: uint64 }));
const query = fc.record({ start, limit: uint64, skip: uint64, reverse: fc.boolean() });
const announcement = fc
  .array(fc.record({ type: fc.nat(255), size: fc.nat(2 ** 32 - 1), hash }), { maxLength: 6 })
  .map((items) => ({
    types: Uint8Array.from(items, ({ type }) => type),
    sizes: items.map(({ size }) => size),
    hashes: items.map((item) => item.hash),
  }));

const message: fc.Arbitrary<EthMessage> = fc.oneof(
  fc.record({
    name: fc.constant('NewBlockHashes'),
    blocks: fc.array(fc.record({ hash, number: uint64 }), { maxLength: 4 }),
  }),
  fc.record({ name: fc.constant('Transactions'), transactions }),
  fc.record({ name: fc.constant('GetBlockHeaders'), requestId: uint64, query }),
  fc.record({
    name: fc.constant('BlockHeaders'),
    requestId: uint64,
    headers: fc.array(legacy, { maxLength: 3 }),
  }),
  fc.record({
    name: fc.constantFrom('GetBlockBodies', 'GetPooledTransactions', 'GetBlockAccessLists'),
    requestId: uint64,
    hashes,
  }),
  fc.record({
    name: fc.constant('GetReceipts'),
    requestId: uint64,
    firstIndex: fc.oneof(fc.constant(0n), uint64),
    hashes,
  }),
  fc.record({
    name: fc.constant('BlockBodies'),
    requestId: uint64,
    bodies: fc.array(body, { maxLength: 3 }),
  }),
  fc.record({ name: fc.constant('PooledTransactions'), requestId: uint64, transactions }),
  fc.record({
    name: fc.constant('Receipts'),
    requestId: uint64,
    lastIncomplete: fc.boolean(),
    blocks: fc.array(fc.array(anyReceipt, { maxLength: 3 }), { maxLength: 3 }),
  }),
  announcement.map((fields) => ({ name: 'NewPooledTransactionHashes' as const, ...fields })),
  fc.record({ name: fc.constant('NewBlock'), block: legacy, totalDifficulty: uint64 }),
  fc.record({
    name: fc.constant('BlockRangeUpdate'),
    range: fc.record({ earliest: uint64, latest: uint64, latestHash: hash }),
  }),
  fc.record({
    name: fc.constant('BlockAccessLists'),
    requestId: uint64,
    lists: fc.array(fc.option(legacy, { nil: undefined }), { maxLength: 4 }),
  }),
);

const vectors = readVectors<{ messages: { code: number; rlp: string }[] }>('eth.json').messages;

function decodesOrRefuses(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(EthCodecError);
  }
}

describe('eth messages', () => {
  it('round-trip in every version that has them, and are not sent in others', () => {
    fc.assert(
      fc.property(version, message, (spoken, value) => {
        if (versionLack(spoken, value) !== undefined) {
          expect(() => encodeEthMessage(spoken, value)).toThrow(RangeError);
          return;
        }
        const { code, payload } = encodeEthMessage(spoken, value);
        expect(decodeEthMessage(spoken, code, payload)).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of random bytes decode or are refused with EthCodecError', () => {
    fc.assert(
      fc.property(
        version,
        fc.nat(30),
        fc.uint8Array({ maxLength: 200, size: 'max' }),
        (spoken, code, payload) => {
          decodesOrRefuses(() => decodeEthMessage(spoken, code, payload));
          decodesOrRefuses(() => decodeHeader(payload));
          decodesOrRefuses(() => describeTransaction(payload));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of the vectors with changed or missing bytes decode or are refused with EthCodecError', () => {
    fc.assert(
      fc.property(
        version,
        fc.constantFrom(...vectors),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(3),
        (spoken: EthVersion, vector, changes, cut) => {
          const payload = hex(vector.rlp);
          for (const [position, byte] of changes) payload[position % payload.length] = byte;
          const shortened = payload.subarray(0, Math.max(0, payload.length - cut));
          decodesOrRefuses(() => decodeEthMessage(spoken, vector.code, shortened));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
