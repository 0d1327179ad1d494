import { describe, expect, it } from 'vitest';
import {
  initiatorKeys,
  recipientKeys,
  signIdProof,
  verifyIdProof,
} from '../../../../src-main/discovery/v5/keys.ts';
import {
  encodeHandshake,
  encodeOrdinary,
  encodeWhoareyou,
  openMessage,
  PacketError,
  readPacket,
  repeatWhoareyou,
  type HandshakePacket,
  type PacketErrorCode,
  type V5Packet,
} from '../../../../src-main/discovery/v5/packet.ts';
import {
  MAX_MESSAGE_SIZE,
  MAX_PACKET_SIZE,
  MIN_PACKET_SIZE,
} from '../../../../src-main/discovery/v5/constants.ts';
import { concatBytes, hexToBytes, to0x } from '../../../../src-main/base/bytes.ts';
import { decompress, publicKeyOf, sharedPoint } from '../../../../src-main/base/secp256k1.ts';
import { createAesCtr, openAesGcm, sealAesGcm } from '../../../../src-main/base/symmetric.ts';
import { decodeEnr } from '../../../../src-main/node-record/enr.ts';
import { discv5Vectors as vectors, packetVector, vectorBytes } from '../../../support/discv5-vectors.ts';

const idA = hexToBytes(vectors.nodeA.nodeId);
const idB = hexToBytes(vectors.nodeB.nodeId);
const keyB = hexToBytes(vectors.nodeB.privateKey);
const zeros = (length: number): Uint8Array => new Uint8Array(length);

function read(name: string): V5Packet {
  return readPacket(vectorBytes(packetVector(name).packet), idB);
}

function expectMessagePacket(name: string): Extract<V5Packet, { sealed: Uint8Array }> {
  const packet = read(name);
  if (packet.kind === 'whoareyou') throw new Error('a WHOAREYOU');
  return packet;
}

function expectHandshake(name: string): HandshakePacket {
  const packet = read(name);
  if (packet.kind !== 'handshake') throw new Error('no handshake');
  return packet;
}

/** Why a packet is refused, checked in the order of a node. */
function refusalOf(datagram: Uint8Array): string {
  try {
    const packet = readPacket(datagram, idB);
    if (packet.kind === 'whoareyou') return 'none';
    if (packet.kind === 'ordinary') {
      return openMessage(packet, zeros(16)) === undefined ? 'decryption-fails' : 'none';
    }
    const { challengeData } = packetVector('ping-handshake').whoareyou!;
    const proof = {
      challengeData: hexToBytes(challengeData),
      ephemeralKey: packet.ephemeralKey,
      recipientId: idB,
    };
    const keyA = decompress(hexToBytes(vectors.nodeA.publicKeyCompressed));
    return verifyIdProof(proof, packet.idSignature, keyA) ? 'none' : 'bad-id-signature';
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
    return (error as PacketError).code;
  }
}

/** A packet with these header fields, masked for node B. */
function masked(
  {
    version = 1,
    flag = 0,
    authSize,
    protocol = 'discv5',
  }: { version?: number; flag?: number; authSize?: number; protocol?: string },
  auth: Uint8Array,
  rest: Uint8Array,
): Uint8Array {
  const size = authSize ?? auth.length;
  const head = concatBytes(
    Buffer.from(protocol),
    Uint8Array.of(version >> 8, version & 255, flag),
    zeros(12),
    Uint8Array.of(size >> 8, size & 255),
    auth,
  );
  return concatBytes(zeros(16), createAesCtr(idB.subarray(0, 16), zeros(16)).update(head), rest);
}

function codeOf(action: () => unknown): PacketErrorCode | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
    return (error as PacketError).code;
  }
}

describe('packets of discovery v5', () => {
  it.each(vectors.packets)('decodes the header of the vector $name', ({ name, computed }) => {
    const packet = read(name);
    expect(packet.kind).toBe(['ordinary', 'whoareyou', 'handshake'][computed.flag]);
    const header = packet.kind === 'whoareyou' ? packet.challengeData : packet.additional;
    expect(to0x(header.subarray(39))).toBe(computed.authData);
    expect(to0x(packet.nonce)).toBe(packetVector(name).nonce ?? packetVector(name).whoareyou?.requestNonce);
    if (packet.kind === 'whoareyou') return;
    expect(to0x(packet.srcId)).toBe(vectors.nodeA.nodeId);
    expect(to0x(packet.sealed)).toBe(computed.messageCiphertext);
  });

  it.each(vectors.packets.filter(({ readKey }) => readKey !== undefined))(
    'decrypts the message of the vector $name',
    ({ name, readKey, computed }) => {
      const message = openMessage(expectMessagePacket(name), vectorBytes(readKey));
      expect(message && to0x(message)).toBe(computed.messagePlaintext);
    },
  );

  it('decodes and encodes the challenge of the vector', () => {
    const { whoareyou, packet } = packetVector('whoareyou');
    const challengeData = vectorBytes(whoareyou?.challengeData);
    const idNonce = vectorBytes(whoareyou?.idNonce);
    expect(read('whoareyou')).toMatchObject({ idNonce, enrSeq: 0n, challengeData });
    const frame = { destId: idB, maskingIv: zeros(16), nonce: vectorBytes(whoareyou?.requestNonce) };
    const encoded = encodeWhoareyou(frame, { idNonce, enrSeq: 0n });
    expect(to0x(encoded.datagram)).toBe(packet);
    expect(encoded.challengeData).toEqual(challengeData);
    expect(to0x(repeatWhoareyou(idB, challengeData))).toBe(packet);
    expect(encoded.datagram).toHaveLength(MIN_PACKET_SIZE);
  });

  it('encodes the ordinary packet of the vector', () => {
    const { packet, nonce, readKey, computed } = packetVector('ping-message');
    const frame = { destId: idB, maskingIv: zeros(16), nonce: vectorBytes(nonce) };
    const payload = { key: vectorBytes(readKey), message: vectorBytes(computed.messagePlaintext) };
    expect(to0x(encodeOrdinary(frame, idA, payload))).toBe(packet);
  });

  it.each(['ping-handshake', 'ping-handshake-enr'])('encodes the handshake of the vector %s', (name) => {
    const { packet, nonce, readKey, computed, whoareyou, ephemeralKey, ephemeralPubkey } = packetVector(name);
    const challengeData = vectorBytes(whoareyou?.challengeData);
    const keys = initiatorKeys(
      { initiatorId: idA, recipientId: idB, challengeData },
      vectorBytes(ephemeralKey),
      publicKeyOf(keyB),
    );
    expect(to0x(keys.initiatorKey)).toBe(readKey);
    const proof = { challengeData, ephemeralKey: vectorBytes(ephemeralPubkey), recipientId: idB };
    const record = vectorBytes(computed.recordRlp);
    const auth = {
      srcId: idA,
      ephemeralKey: proof.ephemeralKey,
      idSignature: signIdProof(proof, hexToBytes(vectors.nodeA.privateKey)),
      record: record.length === 0 ? undefined : record,
    };
    const frame = { destId: idB, maskingIv: zeros(16), nonce: vectorBytes(nonce) };
    const payload = { key: keys.initiatorKey, message: vectorBytes(computed.messagePlaintext) };
    expect(to0x(encodeHandshake(frame, auth, payload))).toBe(packet);
  });

  it.each(['ping-handshake', 'ping-handshake-enr'])(
    'derives the keys of the vector %s as the recipient',
    (name) => {
      const { whoareyou, readKey, ephemeralPubkey, computed } = packetVector(name);
      const handshake = expectHandshake(name);
      expect(to0x(handshake.ephemeralKey)).toBe(ephemeralPubkey);
      expect(to0x(handshake.idSignature)).toBe(computed.idSignature);
      const challengeData = vectorBytes(whoareyou?.challengeData);
      const keys = recipientKeys(
        { initiatorId: idA, recipientId: idB, challengeData },
        keyB,
        handshake.ephemeralKey,
      );
      expect(to0x(keys.initiatorKey)).toBe(readKey);
      const proof = { challengeData, ephemeralKey: handshake.ephemeralKey, recipientId: idB };
      const keyA = decompress(hexToBytes(vectors.nodeA.publicKeyCompressed));
      expect(verifyIdProof(proof, handshake.idSignature, keyA)).toBe(true);
      expect(to0x(handshake.record ?? zeros(0))).toBe(computed.recordRlp);
      if (handshake.record !== undefined) expect(decodeEnr(handshake.record).nodeId).toEqual(idA);
    },
  );

  it.each(vectors.badPackets)('refuses the vector $name with $reason', ({ packet, reason }) => {
    expect(refusalOf(hexToBytes(packet))).toBe(reason.replaceAll('_', '-'));
  });
});

describe('packets that violate the specification', () => {
  const tag = zeros(16);
  const handshakeAuth = (signature: number, key: number, length: number): Uint8Array =>
    concatBytes(idA, Uint8Array.of(signature, key), zeros(length));

  it.each<[string, Uint8Array, PacketErrorCode]>([
    ['of 62 bytes', zeros(62), 'too-short'],
    ['of 1281 bytes', zeros(1281), 'too-large'],
    ['of another protocol', masked({ protocol: 'discv4' }, idA, tag), 'bad-header'],
    ['of version 0', masked({ version: 0 }, idA, tag), 'bad-version'],
    ['of version 2', masked({ version: 2 }, idA, tag), 'bad-version'],
    ['with an unknown flag', masked({ flag: 3 }, idA, tag), 'unknown-flag'],
    ['whose authdata exceeds the packet', masked({ flag: 2, authSize: 100 }, idA, tag), 'auth-data-cut'],
    ['with a short src-id', masked({ authSize: 31 }, idA, tag), 'bad-auth-size'],
    ['with a long src-id', masked({}, concatBytes(idA, zeros(1)), tag), 'bad-auth-size'],
    ['without a complete tag', masked({}, idA, zeros(15)), 'message-too-short'],
    ['with a WHOAREYOU of 25 bytes of authdata', masked({ flag: 1 }, zeros(25), zeros(0)), 'bad-auth-size'],
    ['with a WHOAREYOU and a message', masked({ flag: 1 }, zeros(24), tag), 'trailing-bytes'],
    ['with a handshake without sizes', masked({ flag: 2 }, concatBytes(idA, zeros(1)), tag), 'bad-auth-size'],
    [
      'with a signature of 63 bytes',
      masked({ flag: 2 }, handshakeAuth(63, 33, 97), tag),
      'bad-signature-size',
    ],
    ['with a key of 65 bytes', masked({ flag: 2 }, handshakeAuth(64, 65, 129), tag), 'bad-key-size'],
    ['that end within the key', masked({ flag: 2 }, handshakeAuth(64, 33, 96), tag), 'bad-auth-size'],
    [
      'with a record of 301 bytes',
      masked({ flag: 2 }, handshakeAuth(64, 33, 97 + 301), tag),
      'record-too-large',
    ],
  ])('%s are refused', (_name, datagram, code) => {
    expect(codeOf(() => readPacket(datagram, idB))).toBe(code);
  });

  it('are not those with the longest record and the longest message', () => {
    const handshake = readPacket(masked({ flag: 2 }, handshakeAuth(64, 33, 97 + 300), tag), idB);
    expect(handshake.kind === 'handshake' && handshake.record?.length).toBe(300);
    const frame = { destId: idB, maskingIv: zeros(16), nonce: zeros(12) };
    const packetOf = (size: number): Uint8Array =>
      encodeOrdinary(frame, idA, { key: zeros(16), message: zeros(size) });
    expect(packetOf(MAX_MESSAGE_SIZE)).toHaveLength(MAX_PACKET_SIZE);
    expect(codeOf(() => packetOf(MAX_MESSAGE_SIZE + 1))).toBe('too-large');
  });

  it('are never encoded: the maximum size is the same', () => {
    const frame = { destId: idB, maskingIv: zeros(16), nonce: zeros(12) };
    const auth = { srcId: idA, idSignature: zeros(64), ephemeralKey: zeros(33), record: zeros(300) };
    expect(codeOf(() => encodeHandshake(frame, auth, { key: zeros(16), message: zeros(795) }))).toBe(
      'too-large',
    );
    expect(encodeHandshake(frame, auth, { key: zeros(16), message: zeros(794) })).toHaveLength(
      MAX_PACKET_SIZE,
    );
  });
});

describe('the cryptography of discovery v5', () => {
  it('computes the shared secret of the vector', () => {
    const { publicKey, secretKey, sharedSecret } = vectors.crypto.ecdh;
    expect(to0x(sharedPoint(decompress(hexToBytes(publicKey)), hexToBytes(secretKey)))).toBe(sharedSecret);
    expect(to0x(sharedPoint(hexToBytes(publicKey), hexToBytes(secretKey)))).toBe(sharedSecret);
  });

  it('derives the keys of the vector', () => {
    const { keyDerivation: vector } = vectors.crypto;
    const agreement = {
      initiatorId: hexToBytes(vector.nodeIdA),
      recipientId: hexToBytes(vector.nodeIdB),
      challengeData: hexToBytes(vector.challengeData),
    };
    const keys = initiatorKeys(
      agreement,
      hexToBytes(vector.ephemeralKey),
      decompress(hexToBytes(vector.destPubkey)),
    );
    expect(to0x(keys.initiatorKey)).toBe(vector.initiatorKey);
    expect(to0x(keys.recipientKey)).toBe(vector.recipientKey);
  });

  it('makes the signature of the vector, and refuses others', () => {
    const { idSignature: vector } = vectors.crypto;
    const proof = {
      challengeData: hexToBytes(vector.challengeData),
      ephemeralKey: hexToBytes(vector.ephemeralPubkey),
      recipientId: hexToBytes(vector.nodeIdB),
    };
    const signature = signIdProof(proof, hexToBytes(vector.staticKey));
    expect(to0x(signature)).toBe(vector.signature);
    const publicKey = publicKeyOf(hexToBytes(vector.staticKey));
    expect(verifyIdProof(proof, signature, publicKey)).toBe(true);
    expect(verifyIdProof({ ...proof, recipientId: idA }, signature, publicKey)).toBe(false);
    expect(verifyIdProof(proof, signature.subarray(1), publicKey)).toBe(false);
  });

  it('encrypts and decrypts the vector of AES-GCM', () => {
    const { key, nonce, plaintext, ad, ciphertext } = vectors.crypto.aesGcm;
    const [secret, once, plain, additional, sealed] = [key, nonce, plaintext, ad, ciphertext].map(hexToBytes);
    expect(to0x(sealAesGcm(secret!, once!, plain!, additional!))).toBe(ciphertext);
    expect(openAesGcm(secret!, once!, sealed!, additional!)).toEqual(plain);
    expect(openAesGcm(secret!, once!, sealed!, plain!)).toBeUndefined();
    expect(openAesGcm(secret!, once!, sealed!.subarray(0, 15), additional!)).toBeUndefined();
  });
});
