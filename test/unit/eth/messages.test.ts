import { describe, expect, it } from 'vitest';
import { bytesToBigint } from '../../../src-main/base/bytes.ts';
import type { RlpInput, RlpReader } from '../../../src-main/base/rlp.ts';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { EthCodecError } from '../../../src-main/eth/errors.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import {
  decodeEthMessage,
  encodeEthMessage,
  readStartBlock,
  versionLack,
  type EthMessage,
} from '../../../src-main/eth/messages.ts';
import { receiptsIn, type Receipt } from '../../../src-main/eth/receipts.ts';
import { blockRangeFault } from '../../../src-main/eth/status.ts';
import { describeTransaction } from '../../../src-main/eth/transactions.ts';
import {
  ETH_CODES,
  ETH_VERSION_NUMBERS,
  ETH_VERSIONS,
  type EthVersion,
} from '../../../src-main/eth/versions.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

type Fields = Record<string, unknown>;
interface MessageVector {
  name: string;
  code: number;
  versions: number[];
  rlp: string;
  note?: string;
  fields: Fields;
}
const vectors = readVectors<{
  messageCodes: Record<string, number>;
  messageCount: Record<string, number>;
  messages: MessageVector[];
  empty: { rlp: string; requestId: string; messages: { name: string; code: number; versions: number[] }[] };
  startBlock: { cases: { rlp: string; hash?: string; number?: string; refuse?: boolean }[] };
  refused: { code: number; name: string; rlp: string; versions?: number[]; note: string }[];
  requestEnvelope: { accepted: string[]; refused: string[] };
}>('eth.json');

const RANGE = { earliest: 0n, latest: 1n, latestHash: new Uint8Array(32).fill(1) };

const supported = (versions: readonly number[] | undefined): EthVersion[] =>
  ETH_VERSION_NUMBERS.filter((version) => versions?.includes(version) ?? true);

const cases = vectors.messages.flatMap((vector, index) =>
  supported(vector.versions).map((version) => ({ index, version, ...vector })),
);

describe('eth messages', () => {
  it('have the codes and counts of the specification', () => {
    for (const [name, code] of Object.entries(ETH_CODES)) expect(vectors.messageCodes[name]).toBe(code);
    for (const version of ETH_VERSION_NUMBERS) {
      expect(ETH_VERSIONS[version].length).toBe(vectors.messageCount[String(version)]);
    }
  });

  it.each(cases)(
    'decode and encode: $name ($index) of eth/$version',
    ({ name, version, code, rlp, fields }) => {
      const message = decodeEthMessage(version, code, hex(rlp));
      checkFields(plain(message), fields);
      const encoded = encodeEthMessage(version, message);
      expect(encoded.code).toBe(code);
      // The receipt of EIP-2481 has a log and an empty bloom filter; we encode the bloom filter of the logs.
      if (name === 'Receipts' && version === 68)
        expect(decodeEthMessage(68, code, encoded.payload)).toEqual(message);
      else expect(unhex(encoded.payload)).toBe(rlp);
    },
  );

  it.each(
    vectors.empty.messages.flatMap((entry) =>
      supported(entry.versions).map((version) => ({ version, ...entry })),
    ),
  )('may be empty: $name of eth/$version', ({ version, code }) => {
    const message = decodeEthMessage(version, code, hex(vectors.empty.rlp));
    expect(message).toMatchObject({ requestId: BigInt(vectors.empty.requestId) });
    expect(unhex(encodeEthMessage(version, message).payload)).toBe(vectors.empty.rlp);
  });

  it.each(
    vectors.refused.flatMap((entry) => supported(entry.versions).map((version) => ({ version, ...entry }))),
  )('are refused: $name of eth/$version: $note', ({ version, code, rlp }) => {
    if (code === ETH_CODES.BlockRangeUpdate) {
      if (version === 68) return;
      const message = decodeEthMessage(version, code, hex(rlp));
      expect(message.name === 'BlockRangeUpdate' && blockRangeFault(message.range)).toContain('later than');
      return;
    }
    expect(() => decodeEthMessage(version, code, hex(rlp))).toThrow(EthCodecError);
  });

  it.each(vectors.startBlock.cases)(
    'have the start block $rlp in header queries',
    ({ rlp, hash, number, refuse }) => {
      const read = (): unknown => readRlp(hex(rlp), readStartBlock);
      if (refuse === true) expect(read).toThrow(expect.objectContaining({ name: 'RlpError' }));
      else expect(read()).toEqual(hash === undefined ? { number: BigInt(number!) } : { hash: hex(hash) });
    },
  );

  it('have a request ID and a list, and nothing else', () => {
    const read = (rlp: string): unknown =>
      readRlp(hex(rlp), (reader) => {
        const items = reader.list();
        return [items.uint64(), items.listOf((item: RlpReader) => item.uint(), 10)];
      });
    for (const rlp of vectors.requestEnvelope.accepted) expect(read(rlp)).toEqual([1337n, [5]]);
    for (const rlp of vectors.requestEnvelope.refused) expect(() => read(rlp)).toThrow();
  });

  it.each([
    ['an unused code', 68, 0x0b],
    ['a block range update', 68, ETH_CODES.BlockRangeUpdate],
    ['a request for block access lists', 69, ETH_CODES.GetBlockAccessLists],
    ['block access lists', 70, ETH_CODES.BlockAccessLists],
    ['a request for cells', 71, 0x14],
  ] as const)('refuse %s', (_, version, code) => {
    expect(() => decodeEthMessage(version, code, Uint8Array.of(0xc0))).toThrow(
      expect.objectContaining({ code: 'unknown-message' }),
    );
  });

  it.each([
    ['a block range update', 68, { name: 'BlockRangeUpdate', range: RANGE }],
    ['a request for block access lists', 70, { name: 'GetBlockAccessLists', requestId: 1n, hashes: [] }],
    [
      'a request for receipts within a block',
      69,
      { name: 'GetReceipts', requestId: 1n, firstIndex: 1n, hashes: [] },
    ],
    [
      'receipts of a part of a block',
      69,
      { name: 'Receipts', requestId: 1n, lastIncomplete: true, blocks: [[]] },
    ],
  ] satisfies [string, EthVersion, EthMessage][])(
    'are not sent in a version without them: %s',
    (_, version, message) => {
      const lack = versionLack(version, message);
      expect(lack).toMatch(`eth/${String(version)} has `);
      expect(() => encodeEthMessage(version, message)).toThrow(new RangeError(lack));
      const next = ETH_VERSION_NUMBERS[ETH_VERSION_NUMBERS.indexOf(version) + 1]!;
      expect(versionLack(next, message)).toBeUndefined();
    },
  );

  it.each([
    ['an index of a receipt that is a list', 70, ETH_CODES.GetReceipts, [1, [], []]],
    ['an index of a receipt above 64 bits', 70, ETH_CODES.GetReceipts, [1, 2n ** 64n, []]],
    ['no index of a receipt', 70, ETH_CODES.GetReceipts, [1, []]],
    ['an index of a receipt', 69, ETH_CODES.GetReceipts, [1, 0, []]],
    ['a flag that is neither 0 nor 1', 70, ETH_CODES.Receipts, [1, 2, []]],
    ['no flag', 71, ETH_CODES.Receipts, [1, []]],
    ['a flag', 69, ETH_CODES.Receipts, [1, 0, []]],
    ['a block access list that is a byte string', 71, ETH_CODES.BlockAccessLists, [1, [Uint8Array.of(1)]]],
    ['block access lists outside a list', 71, ETH_CODES.BlockAccessLists, [1, [], []]],
  ] satisfies [string, EthVersion, number, RlpInput][])(
    'are refused with %s (eth/%i, code %i)',
    (_, version, code, fields) => {
      expect(() => decodeEthMessage(version, code, encodeRlp(fields))).toThrow(
        expect.objectContaining({ code: 'malformed-message' }),
      );
    },
  );

  it('have at most 5,000 transactions', () => {
    const transaction = Uint8Array.of(0xc0);
    const message = (count: number): EthMessage => ({
      name: 'Transactions',
      transactions: Array.from({ length: count }, () => transaction),
    });
    const decode = (count: number): EthMessage =>
      decodeEthMessage(69, ETH_CODES.Transactions, encodeEthMessage(69, message(count)).payload);
    expect(decode(5_000)).toEqual(message(5_000));
    expect(() => decode(5_001)).toThrow(EthCodecError);
  });
});

/** Converts a message to the form of the vectors. */
function plain(message: EthMessage): Fields {
  switch (message.name) {
    case 'Status': {
      const { range, ...status } = { range: undefined, ...message.status };
      return { ...status, ...(range ?? {}), genesis: status.genesisHash };
    }
    case 'GetBlockHeaders': {
      const { start, ...query } = message.query;
      const from = 'hash' in start ? { startHash: start.hash } : { startNumber: start.number };
      return { requestId: message.requestId, ...from, ...query };
    }
    case 'BlockHeaders':
      return { requestId: message.requestId, headers: message.headers.map(decodeHeader) };
    case 'BlockBodies':
      return {
        requestId: message.requestId,
        bodies: message.bodies.map((body) => ({
          transactions: body.transactions.map(transactionFields),
          ommers: body.ommers.map(decodeHeader),
        })),
      };
    case 'Transactions':
    case 'PooledTransactions':
      return { ...message, transactions: message.transactions.map(transactionFields) };
    case 'Receipts': {
      const first = receiptsIn(message.blocks[0] ?? []);
      const summary = {
        blocks: message.blocks.length,
        receiptsInFirst: first.length,
        first: first[0],
        last: first.at(-1),
      };
      const { requestId, lastIncomplete, blocks } = message;
      return { requestId, lastBlockIncomplete: lastIncomplete, receipts: blocks, ...summary };
    }
    case 'GetReceipts':
      return { ...message, firstBlockReceiptIndex: message.firstIndex };
    case 'BlockAccessLists':
      return { requestId: message.requestId, entries: message.lists.map(accessListFields) };
    case 'BlockRangeUpdate':
      return { ...message.range };
    default:
      return { ...message };
  }
}

function accessListFields(encoded: Uint8Array | undefined): Fields {
  return encoded === undefined
    ? { available: false }
    : { available: true, rlp: encoded, hash: keccak256(encoded) };
}

function transactionFields(encoded: Uint8Array): Fields {
  return { ...describeTransaction(encoded), rlp: encoded };
}

/** Compares the fields in the vector, without bloom filters: the comparison of the whole encoding covers them. */
function checkFields(actual: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    expect((actual as unknown[]).length).toBe(expected.length);
    expected.forEach((item, index) => {
      checkFields((actual as unknown[])[index], item);
    });
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected)) {
      if (key === 'bloom' && !Object.hasOwn(actual as Receipt, 'bloom')) continue;
      checkFields((actual as Fields)[key], value);
    }
  } else if (actual instanceof Uint8Array) {
    expect(unhex(actual)).toBe(expected);
  } else if (typeof actual === 'bigint' || typeof actual === 'number') {
    expect(String(actual)).toBe(String(expected));
  } else {
    expect(actual).toBe(expected);
  }
}

describe('headers', () => {
  const vector = vectors.messages.find(({ name }) => name === 'BlockHeaders')!;
  const first = (): Uint8Array => {
    const message = decodeEthMessage(68, ETH_CODES.BlockHeaders, hex(vector.rlp));
    if (message.name !== 'BlockHeaders') throw new Error('BlockHeaders expected');
    return message.headers[0]!;
  };
  const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
  /** The fields that later forks appended, in the order of the forks. */
  const later = {
    ...{ baseFee: 7n, withdrawalsRoot: hash(1), blobGasUsed: 131_072n, excessBlobGas: 0n },
    ...{
      parentBeaconRoot: hash(2),
      requestsHash: hash(3),
      accessListHash: hash(4),
      slotNumber: 2n ** 64n - 1n,
    },
  };
  /** The header of the vector with the first of the later fields. */
  function headerWith(fields: readonly RlpInput[]): Uint8Array {
    const items: Uint8Array[] = [];
    readRlp(first(), (reader) => {
      const own = reader.list();
      while (!own.done) items.push(own.bytes());
    });
    return encodeRlp([...items, ...fields]);
  }

  it('of the first fork have none of the later fields', () => {
    const header = decodeHeader(first());
    expect(header).toMatchObject(Object.fromEntries(Object.keys(later).map((name) => [name, undefined])));
    expect(bytesToBigint(header.extraData)).toBe(0x7788n);
  });

  it.each(Object.keys(later).map((name, index) => [name, index + 1] as const))(
    'have the fields of later forks up to %s',
    (_, count) => {
      const values = Object.values(later).slice(0, count);
      const expected = Object.entries(later).map(([name, value], index) => [
        name,
        index < count ? value : undefined,
      ]);
      expect(decodeHeader(headerWith(values))).toMatchObject(Object.fromEntries(expected));
    },
  );

  it('may have fields of forks that are not known here', () => {
    const header = decodeHeader(headerWith([...Object.values(later), hash(9), 5n]));
    expect(header).toMatchObject(later);
  });

  it.each([
    ['withdrawals root', [0n, hash(1).subarray(1)]],
    ['blob gas', [0n, hash(1), 2n ** 64n]],
    ['access list hash', [0n, hash(1), 0n, 0n, hash(2), hash(3), new Uint8Array(0)]],
    ['unknown field', [...Object.values(later), new Uint8Array(33)]],
    ['base fee that is a list', [[]]],
  ] satisfies [string, RlpInput[]][])('are refused with a wrong %s', (_, fields) => {
    expect(() => decodeHeader(headerWith(fields))).toThrow(EthCodecError);
  });
});
