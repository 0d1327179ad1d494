import { describe, expect, it } from 'vitest';
import { ecdh, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encryptEcies, ECIES_OVERHEAD } from '../../../src-main/rlpx/ecies.ts';
import { RlpxError } from '../../../src-main/rlpx/errors.ts';
import {
  createAuth,
  deriveSecrets,
  openAck,
  openAuth,
  openPlainAck,
  openPlainAuth,
  recoverEphemeralKey,
  sealAck,
  sealAuth,
  type AckMessage,
  type AuthMessage,
} from '../../../src-main/rlpx/handshake.ts';
import { hex, unhex } from '../../support/hex.ts';
import { secp256k1Backends, useForTests } from '../../support/secp256k1.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import vectors from '../../vectors/rlpx.json' with { type: 'json' };

const { initiator, recipient, auth, ack, secrets, refused } = vectors.handshake;
const initiatorKey = hex(initiator.staticKey);
const recipientKey = hex(recipient.staticKey);
const random = new SeededRandom(7);

const openAnyAuth = (format: string, packet: Uint8Array): AuthMessage =>
  format === 'plain' ? openPlainAuth(packet, recipientKey) : openAuth(packet, recipientKey);
const openAnyAck = (format: string, packet: Uint8Array): AckMessage =>
  format === 'plain' ? openPlainAck(packet, initiatorKey) : openAck(packet, initiatorKey);

describe.each(secp256k1Backends)('RLPx handshake with secp256k1 by $name', (backend) => {
  useForTests(backend);

  it.each(auth)('opens $name', ({ format, packet, ...expected }) => {
    const message = openAnyAuth(format, hex(packet));
    expect(unhex(message.signature)).toBe(expected.signature);
    expect(unhex(message.initiatorPublicKey)).toBe(expected.initiatorPubkey);
    expect(unhex(message.nonce)).toBe(expected.nonce);
    expect(message.version).toBe(expected.version ?? 4);
    expect(unhex(recoverEphemeralKey(message, recipientKey))).toBe(initiator.ephemeralPubkey);
  });

  it.each(ack)('opens $name', ({ format, packet, ...expected }) => {
    const message = openAnyAck(format, hex(packet));
    expect(unhex(message.ephemeralPublicKey)).toBe(expected.recipientEphemeralPubkey);
    expect(unhex(message.nonce)).toBe(expected.nonce);
    expect(message.version).toBe(expected.version ?? 4);
  });

  it('creates an auth that proves both keys', () => {
    const made = createAuth({
      privateKey: initiatorKey,
      remotePublicKey: hex(recipient.staticPubkey),
      ephemeralKey: hex(initiator.ephemeralKey),
      nonce: hex(initiator.nonce),
    });
    expect(unhex(made.initiatorPublicKey)).toBe(initiator.staticPubkey);
    expect(unhex(recoverEphemeralKey(made, recipientKey))).toBe(initiator.ephemeralPubkey);
  });

  it('derives the keys of the vectors', () => {
    const { aesKey, macKey } = derive(1, true);
    expect(unhex(aesKey)).toBe(secrets.aesSecret);
    expect(unhex(macKey)).toBe(secrets.macSecret);
    expect(unhex(ecdh(hex(recipient.staticPubkey), initiatorKey))).toBe(secrets.computed.staticSharedSecret);
    expect(unhex(ecdh(hex(recipient.ephemeralPubkey), hex(initiator.ephemeralKey)))).toBe(
      secrets.computed.ephemeralSharedSecret,
    );
  });

  it.each(secrets.computed.macFoo)('begins the MACs of $auth and $ack', (expected) => {
    const index = auth.findIndex(({ name }) => name === expected.auth);
    const withFoo = (begin: Uint8Array): string => unhex(keccak256(begin, new TextEncoder().encode('foo')));
    const ours = derive(index, true);
    const theirs = derive(index, false);
    expect(withFoo(ours.egress)).toBe(expected.initiatorEgress);
    expect(withFoo(ours.ingress)).toBe(expected.initiatorIngress);
    expect(withFoo(theirs.egress)).toBe(expected.recipientEgress);
    expect(withFoo(theirs.ingress)).toBe(expected.recipientIngress);
  });

  it.each(refused)('refuses $name', ({ packet }) => {
    const bytes = hex(packet);
    const open = bytes.length === 307 ? openPlainAuth : openAuth;
    expect(() => open(bytes, recipientKey)).toThrow(RlpxError);
  });

  it('opens sealed packets of any padding', () => {
    for (const padding of [0, 100, 199]) {
      const seal = { ephemeralKey: keccak256(random.bytes(8)), iv: random.bytes(16), padding };
      const message = {
        signature: random.bytes(65),
        initiatorPublicKey: random.bytes(64),
        nonce: random.bytes(32),
        version: 4,
      };
      expect(openAuth(sealAuth(message, publicKeyOf(recipientKey), seal), recipientKey)).toEqual(message);
      const answer = { ephemeralPublicKey: random.bytes(64), nonce: random.bytes(32), version: 4 };
      expect(openAck(sealAck(answer, publicKeyOf(initiatorKey), seal), initiatorKey)).toEqual(answer);
    }
  });

  it('refuses an authentic packet with an invalid plaintext', () => {
    const text = Uint8Array.of(0xc1, 0x01);
    const prefix = Uint8Array.of(0, text.length + ECIES_OVERHEAD);
    const seal = { ephemeralKey: keccak256(random.bytes(8)), iv: random.bytes(16) };
    const sealed = encryptEcies(text, publicKeyOf(recipientKey), prefix, seal);
    const packet = Uint8Array.from([...prefix, ...sealed]);
    expect(() => openAuth(packet, recipientKey)).toThrow(
      expect.objectContaining({ code: 'handshake-malformed' }),
    );
  });

  it('refuses an initiator whose key is not on the curve', () => {
    const message = {
      ...openAuth(hex(auth[1]!.packet), recipientKey),
      initiatorPublicKey: new Uint8Array(64),
    };
    expect(() => recoverEphemeralKey(message, recipientKey)).toThrow(
      expect.objectContaining({ code: 'invalid-public-key' }),
    );
  });
});

function derive(index: number, asInitiator: boolean): ReturnType<typeof deriveSecrets> {
  return deriveSecrets({
    initiator: asInitiator,
    ephemeralKey: hex(asInitiator ? initiator.ephemeralKey : recipient.ephemeralKey),
    remoteEphemeralPublicKey: hex(asInitiator ? recipient.ephemeralPubkey : initiator.ephemeralPubkey),
    initiatorNonce: hex(initiator.nonce),
    recipientNonce: hex(recipient.nonce),
    authPacket: hex(auth[index]!.packet),
    ackPacket: hex(ack[index]!.packet),
  });
}
