import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  MessageError,
  type V5Message,
} from '../../../src-main/discovery/v5/messages.ts';
import {
  encodeHandshake,
  encodeOrdinary,
  encodeWhoareyou,
  openMessage,
  PacketError,
  readPacket,
  repeatWhoareyou,
} from '../../../src-main/discovery/v5/packet.ts';
import { bytesToHex, concatBytes, hexToBytes } from '../../../src-main/base/bytes.ts';
import { bytesToIp } from '../../../src-main/base/ip.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { createAesCtr } from '../../../src-main/base/symmetric.ts';
import { discv5Vectors } from '../../support/discv5-vectors.ts';

const localId = hexToBytes(discv5Vectors.nodeB.nodeId);
const packets = discv5Vectors.packets.map(({ packet }) => hexToBytes(packet));
const messages = discv5Vectors.messages.map((vector) => hexToBytes(vector.message));

const fixed = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const enrSeq = fc.bigInt(0n, 2n ** 64n - 1n);
const ip = fc.oneof(fixed(4), fixed(16)).map((address) => bytesToIp(address) ?? '');
const record = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }).map((items) => encodeRlp(items));

const message: fc.Arbitrary<V5Message> = fc.oneof(
  fc.record({ type: fc.constant('ping' as const), enrSeq }),
  fc.record({ type: fc.constant('pong' as const), enrSeq, ip, port: fc.nat(0xffff) }),
  fc.record({
    type: fc.constant('findnode' as const),
    distances: fc.array(fc.nat(256), { maxLength: 257 }),
  }),
  fc.record({
    type: fc.constant('nodes' as const),
    total: fc.nat(255),
    records: fc.array(record, { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('talkreq' as const), protocol: bytes(20), payload: bytes(1000) }),
  fc.record({ type: fc.constant('talkresp' as const), payload: bytes(1000) }),
);
const envelope = fc.record({ requestId: bytes(8), message });

const frame = fc.record({
  destId: fc.constant(localId),
  maskingIv: fixed(16),
  nonce: fixed(12),
});

/** A value with its bytes as hex, because views of different buffers must compare equal. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => {
      if (part instanceof Uint8Array) return bytesToHex(part);
      return typeof part === 'bigint' ? part.toString() : part;
    }),
  );
}

function decodeOrRefusePacket(datagram: Uint8Array): void {
  try {
    readPacket(datagram, localId);
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
  }
}

function decodeOrRefuseMessage(content: Uint8Array): void {
  try {
    decodeMessage(content);
  } catch (error) {
    expect(error).toBeInstanceOf(MessageError);
  }
}

/** A packet with these bytes as the header after protocol-id and version, masked for the local node. */
function asHeader(fields: Uint8Array, rest: Uint8Array): Uint8Array {
  const iv = new Uint8Array(16);
  const head = concatBytes(Buffer.from('discv5'), Uint8Array.of(0, 1), fields);
  return concatBytes(iv, createAesCtr(localId.subarray(0, 16), iv).update(head), rest);
}

describe('messages of discovery v5', () => {
  it('are decoded as they were encoded', () => {
    fc.assert(
      fc.property(envelope, (original) => {
        expect(plain(decodeMessage(encodeMessage(original)))).toEqual(plain(original));
      }),
      { numRuns: 500 },
    );
  });

  it('of random bytes are decoded or refused', () => {
    const typed = fc
      .tuple(fc.nat(11), bytes(300))
      .map(([type, rest]) => concatBytes(Uint8Array.of(type), rest));
    fc.assert(fc.property(fc.oneof(bytes(300), typed), decodeOrRefuseMessage), { numRuns: 1_000 });
  });

  it('that were changed or truncated are decoded or refused', () => {
    const real = fc.oneof(
      fc.constantFrom(...messages),
      envelope.map((original) => encodeMessage(original)),
    );
    fc.assert(
      fc.property(real, fc.nat(), fc.nat(255), fc.nat(4), (original, at, value, cut) => {
        const changed = original.slice(0, Math.max(0, original.length - cut));
        if (changed.length > 0) changed[at % changed.length] = value;
        decodeOrRefuseMessage(changed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('packets of discovery v5', () => {
  it('are decoded as they were encoded: ordinary packets and handshakes', () => {
    const auth = fc.record({
      idSignature: fixed(64),
      ephemeralKey: fixed(33),
      record: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(frame, fixed(32), fixed(16), bytes(700), auth, (parts, srcId, key, content, proof) => {
        const payload = { key, message: content };
        const ordinary = readPacket(encodeOrdinary(parts, srcId, payload), localId);
        expect(plain(ordinary)).toMatchObject(
          plain({ kind: 'ordinary', srcId, nonce: parts.nonce }) as object,
        );
        const handshake = readPacket(encodeHandshake(parts, { srcId, ...proof }, payload), localId);
        expect(plain(handshake)).toMatchObject(plain({ kind: 'handshake', srcId, ...proof }) as object);
        for (const packet of [ordinary, handshake]) {
          if (packet.kind === 'whoareyou') throw new Error('a WHOAREYOU');
          expect(openMessage(packet, key)).toEqual(content);
          expect(
            openMessage(
              packet,
              key.map((byte) => byte ^ 1),
            ),
          ).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are decoded as they were encoded: challenges, also sent again', () => {
    fc.assert(
      fc.property(frame, fixed(16), enrSeq, (parts, idNonce, seq) => {
        const { datagram, challengeData } = encodeWhoareyou(parts, { idNonce, enrSeq: seq });
        const expected = { kind: 'whoareyou', nonce: parts.nonce, idNonce, enrSeq: seq, challengeData };
        expect(plain(readPacket(datagram, localId))).toEqual(plain(expected));
        expect(repeatWhoareyou(localId, challengeData)).toEqual(datagram);
      }),
      { numRuns: 200 },
    );
  });

  it('are not decrypted if a byte was changed', () => {
    const key = new Uint8Array(16);
    const real = hexToBytes(discv5Vectors.packets[0]?.packet ?? '');
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = real.map((byte, index) => (index === at ? byte ^ flip : byte));
        try {
          const packet = readPacket(changed, localId);
          if (packet.kind !== 'whoareyou') expect(openMessage(packet, key)).toBeUndefined();
        } catch (error) {
          expect(error).toBeInstanceOf(PacketError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of random bytes are decoded or refused, also after a valid protocol-id', () => {
    fc.assert(fc.property(bytes(1400), decodeOrRefusePacket), { numRuns: 500 });
    const fields = fc
      .tuple(fc.nat(3), fixed(12), fc.nat(500), bytes(500))
      .map(([flag, nonce, size, auth]) =>
        concatBytes(Uint8Array.of(flag), nonce, Uint8Array.of(size >> 8, size & 255), auth),
      );
    fc.assert(
      fc.property(fields, bytes(100), (header, rest) => decodeOrRefusePacket(asHeader(header, rest))),
      { numRuns: 1_000 },
    );
  });

  it('that were changed or truncated are decoded or refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...packets),
        fc.nat(),
        fc.nat(255),
        fc.nat(120),
        (packet, at, value, cut) => {
          const changed = packet.slice(0, Math.max(1, packet.length - cut));
          changed[at % changed.length] = value;
          decodeOrRefusePacket(changed);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
