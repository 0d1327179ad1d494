import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { PACKET_TYPES } from '../../../src-main/discovery/v4/constants.ts';
import {
  decodeMessage as decodeV4,
  encodeMessage as encodeV4,
  type Message as V4Message,
} from '../../../src-main/discovery/v4/messages.ts';
import {
  decodeMessage as decodeV5,
  encodeMessage as encodeV5,
  type V5Envelope,
} from '../../../src-main/discovery/v5/messages.ts';
import { decodeEthMessage, encodeEthMessage, type EthMessage } from '../../../src-main/eth/messages.ts';
import { ETH_VERSION_NUMBERS, type EthVersion } from '../../../src-main/eth/versions.ts';
import { decodeDisconnect, encodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { decodeHello, encodeHello } from '../../../src-main/p2p/messages.ts';
import { decryptEcies } from '../../../src-main/rlpx/ecies.ts';
import {
  createAuth,
  sealAck,
  sealAuth,
  SIZE_PREFIX_LENGTH,
  type AckMessage,
} from '../../../src-main/rlpx/handshake.ts';
import { decodeSnapMessage, encodeSnapMessage, type SnapMessage } from '../../../src-main/snap/messages.ts';
import { decodeMessage } from '../../../src-main/wire/decode.ts';
import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { record } from '../../../src-main/wire/protocols/enr.ts';
import { blockAccessList } from '../../../src-main/wire/protocols/eth/block-access-list.ts';
import { header } from '../../../src-main/wire/protocols/eth/header.ts';
import { transaction } from '../../../src-main/wire/protocols/eth/transaction.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import type { Schema } from '../../../src-main/wire/schema.ts';
import {
  ethValue,
  handshakeValue,
  helloValue,
  snapValue,
  v4Value,
  v5Value,
} from '../../support/wire-codecs.ts';
import { valuesOf } from '../../support/wire-values.ts';

const RUNS = { numRuns: 300 };
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length, size: 'max' });
const hash = bytes(32);
const hashes = fc.array(hash, { maxLength: 4 });
const blob = fc.uint8Array({ maxLength: 60 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const encoded = <Value>(schema: Schema<Value>) =>
  valuesOf(schema).map((value) => encodeMessage(schema, value));

/** What the schema of a message reads of a payload. */
function schemaValue(protocol: string, code: number, payload: Uint8Array): unknown {
  const message = protocolSchema(protocol)?.message(code);
  if (message === undefined) throw new Error(`no schema of ${protocol} ${String(code)}`);
  const { value, fault } = decodeMessage(message.schema, message.name, {
    bytes: payload,
    total: payload.length,
  });
  expect(fault).toBeNull();
  return value;
}

const transactions = fc.array(encoded(transaction), { maxLength: 3 });
const headers = fc.array(encoded(header), { maxLength: 2 });
const forkId = fc.record({ hash: bytes(4), next: uint64 });
const range = fc.record({ earliest: uint64, latest: uint64, latestHash: hash });
const receipt = fc.record({
  type: fc.nat(0x7f),
  postStateOrStatus: fc.constantFrom(new Uint8Array(0), Uint8Array.of(1), new Uint8Array(32).fill(7)),
  cumulativeGas: uint64,
  logs: fc.array(fc.record({ address: bytes(20), topics: fc.array(hash, { maxLength: 4 }), data: blob }), {
    maxLength: 2,
  }),
});

function statusOf(version: EthVersion): fc.Arbitrary<EthMessage> {
  const common = { version: fc.nat(255), networkId: uint64, genesisHash: hash, forkId };
  const status =
    version === 68
      ? fc.record({
          form: fc.constant('total-difficulty' as const),
          ...common,
          totalDifficulty: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
          headHash: hash,
        })
      : fc.record({ form: fc.constant('block-range' as const), ...common, range });
  return status.map((each) => ({ name: 'Status' as const, status: each }));
}

type NamedMessage = Exclude<EthMessage, { name: 'NewBlock' }>;

function ethMessages(version: EthVersion): fc.Arbitrary<NamedMessage> {
  const requestId = uint64;
  const start = fc.oneof(fc.record({ hash }), fc.record({ number: uint64 }));
  const body = fc.record({
    transactions,
    ommers: headers,
    withdrawals: fc.constantFrom(undefined, []),
  });
  const announced = fc.array(fc.record({ type: fc.nat(255), size: fc.nat(2 ** 32 - 1), hash }), {
    maxLength: 4,
  });
  const messages: fc.Arbitrary<EthMessage>[] = [
    statusOf(version),
    fc.record({
      name: fc.constant('NewBlockHashes'),
      blocks: fc.array(fc.record({ hash, number: uint64 }), { maxLength: 3 }),
    }),
    fc.record({ name: fc.constant('Transactions'), transactions }),
    fc.record({
      name: fc.constant('GetBlockHeaders'),
      requestId,
      query: fc.record({ start, limit: uint64, skip: uint64, reverse: fc.boolean() }),
    }),
    fc.record({ name: fc.constant('BlockHeaders'), requestId, headers }),
    fc.record({
      name: fc.constantFrom('GetBlockBodies', 'GetPooledTransactions'),
      requestId,
      hashes,
    }),
    fc.record({
      name: fc.constant('GetReceipts'),
      requestId,
      firstIndex: version >= 70 ? uint64 : fc.constant(0n),
      hashes,
    }),
    fc.record({ name: fc.constant('BlockBodies'), requestId, bodies: fc.array(body, { maxLength: 2 }) }),
    fc.record({ name: fc.constant('PooledTransactions'), requestId, transactions }),
    announced.map((items) => ({
      name: 'NewPooledTransactionHashes',
      types: Uint8Array.from(items, ({ type }) => type),
      sizes: items.map(({ size }) => size),
      hashes: items.map((each) => each.hash),
    })),
    fc.record({
      name: fc.constant('Receipts'),
      requestId,
      lastIncomplete: version >= 70 ? fc.boolean() : fc.constant(false),
      blocks: fc.array(fc.array(receipt, { maxLength: 2 }), { maxLength: 2 }),
    }),
  ];
  if (version >= 69) messages.push(fc.record({ name: fc.constant('BlockRangeUpdate'), range }));
  if (version >= 71) {
    messages.push(
      fc.record({ name: fc.constant('GetBlockAccessLists'), requestId, hashes }),
      fc.record({
        name: fc.constant('BlockAccessLists'),
        requestId,
        lists: fc.array(fc.option(encoded(blockAccessList), { nil: undefined }), { maxLength: 3 }),
      }),
    );
  }
  return fc.oneof(...messages) as fc.Arbitrary<NamedMessage>;
}

describe('the schemas of eth', () => {
  for (const version of ETH_VERSION_NUMBERS) {
    const name = `eth/${String(version)}`;

    it(`read every field of what the codec of ${name} encodes`, () => {
      fc.assert(
        fc.property(ethMessages(version), (message) => {
          const { code, payload } = encodeEthMessage(version, message);
          expect(schemaValue(name, code, payload)).toEqual(ethValue(version, message));
        }),
        RUNS,
      );
    });

    it(`encode what the codec of ${name} reads`, () => {
      for (const message of protocolSchema(name)?.messages ?? []) {
        fc.assert(
          fc.property(encoded(message.schema), (payload) => {
            let decoded: EthMessage;
            try {
              decoded = decodeEthMessage(version, message.code, payload);
            } catch (error) {
              // Values of a status, and receipts of an unknown or of no type, which a schema leaves opaque.
              expect(String(error)).toMatch(
                /: Receipts: |neither a state root nor a status|a typed receipt without a type/,
              );
              return;
            }
            expect(decoded.name).toBe(message.name);
            if (message.name !== 'Receipts') {
              expect(encodeEthMessage(version, decoded).payload).toEqual(payload);
            }
          }),
          { numRuns: 60 },
        );
      }
    });
  }
});

const slimAccount = fc
  .tuple(uint64, uint64, fc.constantFrom(new Uint8Array(0), new Uint8Array(32).fill(3)), hash)
  .map(([nonce, balance, storageRoot, codeHash]) => ({ nonce, balance, storageRoot, codeHash }));
const account = fc.record({ hash, slim: slimAccount }).map(({ hash: key, slim }) => ({
  hash: key,
  body: encodeRlp([slim.nonce, slim.balance, slim.storageRoot, slim.codeHash]),
}));
const bound = fc.oneof(hash, fc.constant(new Uint8Array(0)));
const common = { requestId: uint64, root: hash, responseBytes: uint64 };
const blobs = fc.array(blob, { maxLength: 3 });

const snapMessages: fc.Arbitrary<SnapMessage> = fc.oneof(
  fc.record({ name: fc.constant('GetAccountRange' as const), ...common, start: hash, limit: hash }),
  fc.record({
    name: fc.constant('AccountRange' as const),
    requestId: uint64,
    accounts: fc.array(account, { maxLength: 3 }),
    proof: blobs,
  }),
  fc.record({
    name: fc.constant('GetStorageRanges' as const),
    ...common,
    accounts: hashes,
    start: bound,
    limit: bound,
  }),
  fc.record({
    name: fc.constant('StorageRanges' as const),
    requestId: uint64,
    slots: fc.array(fc.array(fc.record({ hash, data: blob }), { maxLength: 3 }), { maxLength: 2 }),
    proof: blobs,
  }),
  fc.record({
    name: fc.constant('GetByteCodes' as const),
    requestId: uint64,
    hashes,
    responseBytes: uint64,
  }),
  fc.record({ name: fc.constant('ByteCodes' as const), requestId: uint64, codes: blobs }),
  fc.record({
    name: fc.constant('GetTrieNodes' as const),
    ...common,
    paths: fc.array(fc.array(blob, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  }),
  fc.record({ name: fc.constant('TrieNodes' as const), requestId: uint64, nodes: blobs }),
);

describe('the schemas of snap/1', () => {
  const slim = protocolSchema('snap/1')?.message(1);

  it('read every field of what the codec encodes', () => {
    const readAccount = (body: Uint8Array): unknown => {
      const payload = encodeSnapMessage({
        name: 'AccountRange',
        requestId: 0n,
        accounts: [{ hash: new Uint8Array(32), body }],
        proof: [],
      }).payload;
      const range = schemaValue('snap/1', 1, payload) as {
        accounts: readonly { accBody: unknown }[];
      };
      return range.accounts[0]?.accBody;
    };
    expect(slim?.name).toBe('AccountRange');
    fc.assert(
      fc.property(snapMessages, (message) => {
        const { code, payload } = encodeSnapMessage(message);
        expect(schemaValue('snap/1', code, payload)).toEqual(snapValue(message, readAccount));
      }),
      RUNS,
    );
  });

  it('read the four fields of an account in slim format', () => {
    fc.assert(
      fc.property(slimAccount, hash, (account, key) => {
        const { nonce, balance, storageRoot, codeHash } = account;
        const body = encodeRlp([nonce, balance, storageRoot, codeHash]);
        const { payload } = encodeSnapMessage({
          name: 'AccountRange',
          requestId: 1n,
          accounts: [{ hash: key, body }],
          proof: [],
        });
        expect(schemaValue('snap/1', 1, payload)).toEqual({
          requestId: 1n,
          accounts: [{ accHash: key, accBody: account }],
          proof: [],
        });
      }),
      RUNS,
    );
  });

  it('encode what the codec reads', () => {
    for (const { schema, code, name } of protocolSchema('snap/1')?.messages ?? []) {
      fc.assert(
        fc.property(encoded(schema), (payload) => {
          let decoded: SnapMessage;
          try {
            decoded = decodeSnapMessage(code, payload);
          } catch (error) {
            expect(String(error)).toContain('a set of paths is empty');
            return;
          }
          expect(decoded.name).toBe(name);
          expect(encodeSnapMessage(decoded).payload).toEqual(payload);
        }),
        { numRuns: 60 },
      );
    }
  });
});

const port = fc.nat(0xffff);
const ip = fc.constantFrom('127.0.0.1', '10.1.2.3', '2001:db8::1', '::1');
const endpoint = fc.record({ ip: fc.oneof(ip, fc.constant(undefined)), udp: port, tcp: port });
const expiration = fc.nat();
const enrSeq = fc.oneof(uint64, fc.constant(undefined));
const records = encoded(record);

const v4Messages: fc.Arbitrary<V4Message> = fc.oneof(
  fc.record({
    type: fc.constant('ping' as const),
    version: fc.nat(600),
    from: endpoint,
    to: endpoint,
    expiration,
    enrSeq,
  }),
  fc.record({ type: fc.constant('pong' as const), to: endpoint, pingHash: hash, expiration, enrSeq }),
  fc.record({ type: fc.constant('findnode' as const), target: bytes(64), expiration }),
  fc.record({
    type: fc.constant('neighbors' as const),
    nodes: fc.array(
      fc.record({ ip: endpoint.map((each) => each.ip), udp: port, tcp: port, publicKey: bytes(64) }),
      { maxLength: 4 },
    ),
    expiration,
  }),
  fc.record({ type: fc.constant('enrrequest' as const), expiration }),
  fc.record({ type: fc.constant('enrresponse' as const), requestHash: hash, record: records }),
);

const v5Envelopes: fc.Arbitrary<V5Envelope> = fc.record({
  requestId: fc.uint8Array({ maxLength: 8 }),
  message: fc.oneof(
    fc.record({ type: fc.constant('ping' as const), enrSeq: uint64 }),
    fc.record({ type: fc.constant('pong' as const), enrSeq: uint64, ip, port }),
    fc.record({
      type: fc.constant('findnode' as const),
      distances: fc.array(fc.nat(256), { maxLength: 5 }),
    }),
    fc.record({
      type: fc.constant('nodes' as const),
      total: fc.nat(255),
      records: fc.array(records, { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('talkreq' as const), protocol: blob, payload: blob }),
    fc.record({ type: fc.constant('talkresp' as const), payload: blob }),
  ),
});

describe('the schemas of discovery', () => {
  it('read every field of what the codec of v4 encodes, with additional data behind it', () => {
    fc.assert(
      fc.property(v4Messages, blob, (message, extra) => {
        const payload = Uint8Array.from([...encodeV4(message), ...extra]);
        const code = PACKET_TYPES[message.type];
        expect(schemaValue('discv4', code, payload)).toEqual(v4Value(message));
        expect(decodeV4(message.type, payload)).toEqual(message);
      }),
      RUNS,
    );
  });

  it('read every field of what the codec of v5 encodes', () => {
    fc.assert(
      fc.property(v5Envelopes, (envelope) => {
        const [code = -1, ...payload] = encodeV5(envelope);
        expect(schemaValue('discv5', code, Uint8Array.from(payload))).toEqual(v5Value(envelope));
      }),
      RUNS,
    );
  });

  it('encode what the codec of v5 reads', () => {
    const messages = protocolSchema('discv5')?.messages.filter(({ code }) => code > 0) ?? [];
    for (const { schema, code } of messages) {
      fc.assert(
        fc.property(encoded(schema), (payload) => {
          const packet = Uint8Array.from([code, ...payload]);
          let decoded: V5Envelope;
          try {
            decoded = decodeV5(packet);
          } catch (error) {
            // The codec bounds the distances and the size of a record.
            expect(String(error)).toMatch(/the limit is 256|integer.*256|a record of \d+ bytes/);
            return;
          }
          expect(encodeV5(decoded)).toEqual(packet);
        }),
        { numRuns: 60 },
      );
    }
  });
});

describe('the schemas of p2p and the handshake', () => {
  it('read every field of Hello', () => {
    const hello = fc.record({
      p2pVersion: fc.nat(),
      clientName: fc.string({ unit: 'grapheme', maxLength: 40 }),
      capabilities: fc.array(fc.record({ name: fc.string({ maxLength: 8 }), version: fc.nat() }), {
        maxLength: 4,
      }),
      listenPort: port,
      publicKey: bytes(64).filter((key) => key.some((byte) => byte !== 0)),
    });
    fc.assert(
      fc.property(hello, (value) => {
        const payload = encodeHello(value);
        expect(schemaValue('p2p', 0, payload)).toEqual(helloValue(value));
        expect(decodeHello(payload)).toEqual(value);
      }),
      RUNS,
    );
  });

  it('read a Hello whose client name is not UTF-8 as the session does', () => {
    const payload = encodeRlp([5, Uint8Array.of(0x61, 0xff), [], 0, new Uint8Array(64).fill(1)]);
    expect(schemaValue('p2p', 0, payload)).toMatchObject({ clientId: decodeHello(payload).clientName });
  });

  it('read the reason of Disconnect wherever the session does', () => {
    fc.assert(
      fc.property(fc.nat(0xff), blob, (wire, extra) => {
        const payload = Uint8Array.from([...encodeDisconnect(wire), ...extra]);
        expect(decodeDisconnect(payload).wire).toBe(wire);
        expect(schemaValue('p2p', 1, payload)).toEqual({ option: 'list', value: { reason: BigInt(wire) } });
      }),
      RUNS,
    );
  });

  it('read auth and ack of the decrypted packets, padding included', () => {
    const [privateKey, remoteKey, ephemeralKey] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const secret = fc.record({
      ephemeralKey: fc.constant(ephemeralKey),
      iv: bytes(16),
      padding: fc.integer({ min: 100, max: 199 }),
    });
    const open = (packet: Uint8Array) =>
      decryptEcies(packet.subarray(SIZE_PREFIX_LENGTH), remoteKey, packet.subarray(0, SIZE_PREFIX_LENGTH));
    const remotePublicKey = publicKeyOf(remoteKey);
    fc.assert(
      fc.property(hash, secret, (nonce, sealing) => {
        const auth = createAuth({ privateKey, remotePublicKey, ephemeralKey, nonce });
        const ack: AckMessage = { ephemeralPublicKey: publicKeyOf(ephemeralKey), nonce, version: 4 };
        const authText = open(sealAuth(auth, remotePublicKey, sealing));
        const ackText = open(sealAck(ack, remotePublicKey, sealing));
        expect(schemaValue('rlpx', 0, authText)).toEqual(handshakeValue(auth));
        expect(schemaValue('rlpx', 1, ackText)).toEqual(handshakeValue(ack));
      }),
      { numRuns: 30 },
    );
  });
});
