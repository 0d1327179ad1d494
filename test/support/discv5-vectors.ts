import { readFileSync } from 'node:fs';
import { hexToBytes } from '../../src-main/base/bytes.ts';

interface NodeVector {
  privateKey: string;
  publicKeyCompressed: string;
  nodeId: string;
}
export interface PacketVector {
  name: string;
  packet: string;
  nonce?: string;
  readKey?: string;
  ping?: { reqId: string; enrSeq: string };
  whoareyou?: { challengeData: string; requestNonce: string; idNonce: string; enrSeq: string };
  ephemeralKey?: string;
  ephemeralPubkey?: string;
  computed: {
    maskingIv: string;
    flag: number;
    authData: string;
    messageCiphertext: string;
    idSignature?: string;
    recordRlp?: string;
    messagePlaintext?: string;
  };
}
export interface MessageVector {
  name: string;
  type: number;
  message: string;
  reqId: string;
  enrSeq?: string;
  ip?: string;
  port?: number;
  distances?: number[];
  total?: number;
  records?: string[];
  protocol?: string;
  request?: string;
  response?: string;
}

/** The official vectors of discovery v5 in test/vectors. */
export const discv5Vectors = JSON.parse(
  readFileSync(new URL('../vectors/discv5.json', import.meta.url), 'utf8'),
) as {
  nodeA: NodeVector;
  nodeB: NodeVector;
  packets: PacketVector[];
  crypto: {
    ecdh: { publicKey: string; secretKey: string; sharedSecret: string };
    keyDerivation: {
      ephemeralKey: string;
      destPubkey: string;
      nodeIdA: string;
      nodeIdB: string;
      challengeData: string;
      initiatorKey: string;
      recipientKey: string;
    };
    idSignature: {
      staticKey: string;
      challengeData: string;
      ephemeralPubkey: string;
      nodeIdB: string;
      signature: string;
    };
    aesGcm: { key: string; nonce: string; plaintext: string; ad: string; ciphertext: string };
  };
  messages: MessageVector[];
  badMessages: { name: string; message: string }[];
  badPackets: { name: string; reason: string; packet: string }[];
};

/** The packet vector with a name; its bytes are hex. */
export function packetVector(name: string): PacketVector {
  const vector = discv5Vectors.packets.find((packet) => packet.name === name);
  if (vector === undefined) throw new Error(`no packet vector ${name}`);
  return vector;
}

/** The bytes of a required field of a vector. */
export function vectorBytes(hex: string | undefined): Uint8Array {
  if (hex === undefined) throw new Error('the vector has no such field');
  return hexToBytes(hex);
}
