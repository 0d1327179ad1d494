import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { ByteQueue } from '../../../src-main/rlpx/byte-queue.ts';
import { decryptEcies, encryptEcies } from '../../../src-main/rlpx/ecies.ts';
import { RlpxError } from '../../../src-main/rlpx/errors.ts';
import { decompressPayload } from '../../../src-main/rlpx/frame-codec.ts';
import {
  openAck,
  openAuth,
  openPlainAck,
  openPlainAuth,
  recoverEphemeralKey,
} from '../../../src-main/rlpx/handshake.ts';
import { compressSnappy, decompressSnappy, SnappyError } from '../../../src-main/base/snappy.ts';
import { hex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

const { handshake } = readVectors<{
  handshake: {
    initiator: { staticKey: string };
    recipient: { staticKey: string };
    auth: { packet: string }[];
    ack: { packet: string }[];
  };
}>('rlpx.json');
const recipientKey = hex(handshake.recipient.staticKey);
const initiatorKey = hex(handshake.initiator.staticKey);

const someBytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength, size: 'max' });

/** Runs a decoder on hostile bytes: it must succeed or throw RlpxError. */
function decodesOrRefuses(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(RlpxError);
  }
}

describe('ECIES', () => {
  it('decrypts encrypted messages, and refuses modified ones', () => {
    const arbitrary = fc.tuple(
      someBytes(300),
      someBytes(4),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(arbitrary, ([plaintext, macData, seed, position]) => {
        const ephemeralKey = keccak256(seed);
        const secret = { ephemeralKey, iv: seed.subarray(0, 16) };
        const sealed = encryptEcies(plaintext, publicKeyOf(recipientKey), macData, secret);
        expect(decryptEcies(sealed, recipientKey, macData)).toEqual(plaintext);
        const changed = sealed.slice();
        changed[position % changed.length]! ^= 1 + (position % 255);
        expect(() => decryptEcies(changed, recipientKey, macData)).toThrow(RlpxError);
      }),
      { numRuns: 60 },
    );
  });
});

describe('handshake packets', () => {
  it('of random bytes are refused', () => {
    fc.assert(
      fc.property(someBytes(600), (packet) => {
        decodesOrRefuses(() => openAuth(packet, recipientKey));
        decodesOrRefuses(() => openAck(packet, initiatorKey));
        decodesOrRefuses(() => openPlainAuth(packet, recipientKey));
        decodesOrRefuses(() => openPlainAck(packet, initiatorKey));
      }),
      { numRuns: 300 },
    );
  });

  it('with random keys and signatures are accepted or refused', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(65), bytes(64), bytes(32), (signature, initiatorPublicKey, nonce) => {
        decodesOrRefuses(() =>
          recoverEphemeralKey({ signature, initiatorPublicKey, nonce, version: 4 }, recipientKey),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('of the vectors with a changed byte are refused', () => {
    const packet = hex(handshake.auth[2]!.packet);
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = packet.slice();
        changed[at]! ^= change;
        expect(() => openAuth(changed, recipientKey)).toThrow(RlpxError);
      }),
      { numRuns: 200 },
    );
  });
});

describe('compression', () => {
  it('round-trips random and repetitive data', () => {
    const repetitive = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(3_000))
      .map(([unit, times]) => {
        const bytes = new Uint8Array(unit.length * times);
        for (let turn = 0; turn < times; turn++) bytes.set(unit, turn * unit.length);
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(someBytes(5_000), repetitive), (plain) => {
        expect(Buffer.compare(decompressSnappy(compressSnappy(plain), plain.length), plain)).toBe(0);
        if (plain.length > 0)
          expect(() => decompressSnappy(compressSnappy(plain), plain.length - 1)).toThrow(SnappyError);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses random bytes', () => {
    fc.assert(
      fc.property(someBytes(400), (bytes) => {
        decodesOrRefuses(() => decompressPayload(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the byte queue', () => {
  it('returns the pushed bytes in order, and never changes returned views', () => {
    const step = fc.oneof(
      fc.record({ push: someBytes(200) }),
      fc.record({ take: fc.nat(300) }),
      fc.record({ peek: fc.nat(300) }),
      fc.record({ expect: fc.nat(1_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ByteQueue();
        let model: number[] = [];
        const given: [Uint8Array, number[]][] = [];
        for (const action of steps) {
          if ('push' in action) {
            queue.push(action.push);
            model.push(...action.push);
          } else if ('expect' in action) {
            queue.expect(action.expect);
          } else if ('peek' in action) {
            const seen = queue.peek(action.peek);
            expect(seen === undefined).toBe(model.length < action.peek);
            if (seen !== undefined) given.push([seen, model.slice(0, action.peek)]);
          } else {
            const taken = queue.take(action.take);
            expect(taken === undefined).toBe(model.length < action.take);
            if (taken !== undefined) {
              given.push([taken, model.slice(0, action.take)]);
              model = model.slice(action.take);
            }
          }
          expect(queue.length).toBe(model.length);
        }
        for (const [view, bytes] of given) expect([...view]).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
