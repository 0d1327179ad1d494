import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { rate } from '../rate.ts';
import type { Discv5Contestant, Discv5Measured } from './figures.ts';

/*
 * The parts of @chainsafe/discv5 that do the same work as ours. Its entry exports the service with everything behind it,
 * so that the parts to be compared are taken from its files by name.
 */
const entry = fileURLToPath(import.meta.resolve('@chainsafe/discv5'));

const file = <Module>(path: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(join(dirname(entry), path)).href) as Promise<Module>;

interface Header {
  readonly nonce: Uint8Array;
  readonly authdata: Uint8Array;
}
interface Packet {
  readonly maskingIv: Uint8Array;
  readonly header: Header;
  readonly message: Uint8Array;
  readonly messageAd: Uint8Array;
}
interface PacketFile {
  encodePacket(destId: string, packet: Packet): Uint8Array;
  decodePacket(srcId: string, data: Uint8Array): Packet;
  decodeMessageAuthdata(data: Uint8Array): { readonly srcId: string };
  decodeWhoAreYouAuthdata(data: Uint8Array): { readonly enrSeq: bigint };
  decodeHandshakeAuthdata(data: Uint8Array): {
    readonly srcId: string;
    readonly idSignature: Uint8Array;
    readonly ephPubkey: Uint8Array;
    readonly record: Uint8Array;
  };
  encodeChallengeData(maskingIv: Uint8Array, header: Header): Uint8Array;
  createRandomPacket(srcId: string): Packet;
  createWhoAreYouPacket(nonce: Uint8Array, enrSeq: bigint): Packet;
}
interface Session {
  encryptMessage(srcId: string, destId: string, message: Uint8Array): Packet;
  decryptMessage(nonce: Uint8Array, message: Uint8Array, aad: Uint8Array): Uint8Array;
}
interface SessionFile {
  Session: {
    new (options: { keys: { encryptionKey: Uint8Array; decryptionKey: Uint8Array } }): Session;
    establishFromChallenge(
      localKey: unknown,
      localId: string,
      remoteId: string,
      challenge: { data: Uint8Array },
      idSignature: Uint8Array,
      ephPubkey: Uint8Array,
      record: Uint8Array,
    ): [Session, unknown];
    encryptWithHeader(
      contact: unknown,
      localKey: unknown,
      localId: string,
      record: Uint8Array,
      challengeData: Uint8Array,
      message: Uint8Array,
    ): [Packet, Session];
  };
}
interface MessageFile {
  createPingMessage(enrSeq: bigint): { readonly id: bigint };
  encode(message: unknown): Uint8Array;
  decode(data: Uint8Array): { readonly id: bigint };
  MessageType: { readonly PONG: number };
}
interface Enr {
  readonly nodeId: string;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  ip: string;
  udp: number;
  encode(): Uint8Array;
  toENR(): unknown;
}
interface EnrFile {
  SignableENR: { createV4(privateKey: Uint8Array): Enr };
}

const {
  encodePacket,
  decodePacket,
  decodeMessageAuthdata,
  decodeWhoAreYouAuthdata,
  decodeHandshakeAuthdata,
  encodeChallengeData,
  createRandomPacket,
  createWhoAreYouPacket,
} = await file<PacketFile>('packet/index.js');
const { Session } = await file<SessionFile>('session/session.js');
const { createNodeContact } = await file<{ createNodeContact(enr: unknown, ipMode: object): unknown }>(
  'session/nodeInfo.js',
);
const { createKeypair } = await file<{ createKeypair(init: object): unknown }>('keypair/index.js');
const { createPingMessage, encode, decode, MessageType } = await file<MessageFile>('message/index.js');
const { SignableENR } = (await import('@chainsafe/enr')) as unknown as EnrFile;

/** A node: its ENR, its keys, and its form in the other node. */
function openEnd(port: number) {
  const enr = SignableENR.createV4(generatePrivateKey(systemRandom));
  enr.ip = '127.0.0.1';
  enr.udp = port;
  return {
    id: enr.nodeId,
    record: enr.encode(),
    keypair: createKeypair({ type: 'secp256k1', privateKey: enr.privateKey, publicKey: enr.publicKey }),
    contact: createNodeContact(enr.toENR(), { ip4: true, ip6: false }),
  };
}

/** The other implementation in the same language: its functions one after the other, without its service and sockets. */
export async function openChainsafeDiscv5(): Promise<Discv5Contestant> {
  const [near, far] = [openEnd(30_303), openEnd(30_304)];
  return {
    measure: (seconds) => measure(seconds, near, far),
    close: () => Promise.resolve(),
  };
}

type End = ReturnType<typeof openEnd>;

async function measure(seconds: number, near: End, far: End): Promise<Discv5Measured> {
  const keys = { encryptionKey: systemRandom.bytes(16), decryptionKey: systemRandom.bytes(16) };
  const session = new Session({ keys });
  const reader = new Session({
    keys: { encryptionKey: keys.decryptionKey, decryptionKey: keys.encryptionKey },
  });
  const ping = createPingMessage(1n);
  const send = (): Uint8Array => encodePacket(far.id, session.encryptMessage(near.id, far.id, encode(ping)));
  const packet = send();
  return {
    'discv5 encode': await rate(seconds, send),
    'discv5 decode': await rate(seconds, () => {
      const { header, message, messageAd } = decodePacket(far.id, packet);
      decodeMessageAuthdata(header.authdata);
      decode(reader.decryptMessage(header.nonce, message, messageAd));
    }),
    'discv5 handshake': 1000 / (await rate(seconds, () => handshake(near, far))),
  };
}

/** The steps of its session service (session/service.js), from the first packet to the answer. */
function handshake(near: End, far: End): void {
  const ping = createPingMessage(1n);
  const first = decodePacket(far.id, encodePacket(far.id, createRandomPacket(near.id)));
  decodeMessageAuthdata(first.header.authdata);

  const question = createWhoAreYouPacket(first.header.nonce, 0n);
  const challenge = { data: encodeChallengeData(question.maskingIv, question.header) };
  const asked = decodePacket(near.id, encodePacket(near.id, question));
  decodeWhoAreYouAuthdata(asked.header.authdata);

  const challengeData = encodeChallengeData(asked.maskingIv, asked.header);
  const [answer, nearSession] = Session.encryptWithHeader(
    far.contact,
    near.keypair,
    near.id,
    near.record,
    challengeData,
    encode(ping),
  );
  const answered = decodePacket(far.id, encodePacket(far.id, answer));
  const auth = decodeHandshakeAuthdata(answered.header.authdata);
  const [farSession] = Session.establishFromChallenge(
    far.keypair,
    far.id,
    auth.srcId,
    challenge,
    auth.idSignature,
    auth.ephPubkey,
    auth.record,
  );
  const { id } = decode(
    farSession.decryptMessage(answered.header.nonce, answered.message, answered.messageAd),
  );

  const pong = { type: MessageType.PONG, id, enrSeq: 1n, addr: PONG_ADDRESS };
  const reply = encodePacket(near.id, farSession.encryptMessage(far.id, near.id, encode(pong)));
  const replied = decodePacket(near.id, reply);
  const { id: repliedTo } = decode(
    nearSession.decryptMessage(replied.header.nonce, replied.message, replied.messageAd),
  );
  if (repliedTo !== ping.id) throw new Error('the answer is not to the ping');
}

const PONG_ADDRESS = { ip: { type: 4, octets: Uint8Array.of(127, 0, 0, 1) }, port: 30_303 };
