import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Endpoint, Message } from '../../../src-main/discovery/v4/messages.ts';
import {
  decodePacket,
  encodePacket,
  PacketError,
  recoverSender,
  readPacket,
} from '../../../src-main/discovery/v4/packet.ts';
import { bytesToHex, hexToBytes } from '../../../src-main/base/bytes.ts';
import { bytesToIp } from '../../../src-main/base/ip.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { generatePrivateKey, publicKeyOf, sign } from '../../../src-main/base/secp256k1.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const privateKey = generatePrivateKey(new SeededRandom(1));
const publicKey = bytesToHex(publicKeyOf(privateKey));
const vectors = JSON.parse(readFileSync(new URL('../../vectors/discv4.json', import.meta.url), 'utf8')) as {
  packets: { packet: string }[];
};
const packets = vectors.packets.map(({ packet }) => hexToBytes(packet));

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const port = fc.nat(0xffff);
const ip = fc.oneof(bytes(4), bytes(16)).map((address) => bytesToIp(address));
const endpoint: fc.Arbitrary<Endpoint> = fc.record({ ip, udp: port, tcp: port });
const expiration = fc.maxSafeNat();
const enrSeq = fc.option(fc.bigInt(0n, 2n ** 64n - 1n), { nil: undefined });
const neighbor = fc.record({ ip, udp: port, tcp: port, publicKey: bytes(64) });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('ping' as const),
    version: fc.nat(),
    from: endpoint,
    to: endpoint,
    expiration,
    enrSeq,
  }),
  fc.record({ type: fc.constant('pong' as const), to: endpoint, pingHash: bytes(32), expiration, enrSeq }),
  fc.record({ type: fc.constant('findnode' as const), target: bytes(64), expiration }),
  fc.record({
    type: fc.constant('neighbors' as const),
    nodes: fc.array(neighbor, { maxLength: 12 }),
    expiration,
  }),
  fc.record({ type: fc.constant('enrrequest' as const), expiration }),
  fc.record({
    type: fc.constant('enrresponse' as const),
    requestHash: bytes(32),
    record: fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }).map((items) => encodeRlp(items)),
  }),
);

/** Decodes any bytes; fails for an error other than the codec's own. */
function decodeOrRefuse(datagram: Uint8Array): void {
  try {
    decodePacket(datagram);
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
  }
}

/** A packet with this data, a valid signature and a valid hash, so that the data is decoded. */
function envelope(type: number, data: Uint8Array): Uint8Array {
  const body = Uint8Array.of(type, ...data);
  const signed = Uint8Array.of(...sign(keccak256(body), privateKey), ...body);
  return Uint8Array.of(...keccak256(signed), ...signed);
}

describe('packets of discovery v4', () => {
  it('are decoded as they were encoded', () => {
    fc.assert(
      fc.property(message, (original) => {
        const { datagram, hash } = encodePacket(original, privateKey);
        const packet = decodePacket(datagram);
        expect(packet.message).toEqual(original);
        expect(packet.hash).toEqual(hash);
        expect(bytesToHex(packet.publicKey)).toBe(publicKey);
        expect(readPacket(datagram).message).toEqual(original);
        expect(bytesToHex(recoverSender(datagram))).toBe(publicKey);
      }),
      { numRuns: 300 },
    );
  });

  it('of random bytes are decoded or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1400 }), decodeOrRefuse), { numRuns: 500 });
  });

  it('with a changed byte are decoded or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...packets), fc.nat(), fc.nat(255), (packet, at, value) => {
        const changed = packet.slice();
        changed[at % changed.length] = value;
        decodeOrRefuse(changed);
      }),
      { numRuns: 500 },
    );
  });

  it('of random, changed or truncated data with a valid signature are decoded or refused', () => {
    const type = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 300 }), (kind, data) =>
        decodeOrRefuse(envelope(kind, data)),
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...packets), fc.nat(), fc.nat(255), fc.nat(), (packet, at, value, cut) => {
        const data = packet.slice(98);
        data[at % data.length] = value;
        decodeOrRefuse(envelope(packet[97] ?? 0, data.subarray(0, data.length - (cut % 4))));
      }),
      { numRuns: 1_000 },
    );
  });
});
