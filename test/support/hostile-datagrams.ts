import { HASH_SIZE, HEAD_SIZE } from '../../src-main/discovery/v4/constants.ts';
import type { Message } from '../../src-main/discovery/v4/messages.ts';
import { encodePacket } from '../../src-main/discovery/v4/packet.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { generatePrivateKey, sign } from '../../src-main/base/secp256k1.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { V5Puppet } from './v5-puppet.ts';

const unlimited = { perSecond: 1e6, burst: 1e6 };

/** Limits of the packet filter that no test reaches. */
export const NO_LIMITS = {
  host: unlimited,
  localHost: unlimited,
  subnet: unlimited,
  total: unlimited,
  reserved: unlimited,
};

/** Well-formed messages of discovery v4, of all six types. */
function messages(random: SeededRandom, record: Uint8Array): readonly Message[] {
  const expiration = Math.floor(systemClock.now() / 1000) + 20;
  const endpoint = { ip: '127.0.0.1', udp: 30_303, tcp: 30_303 };
  const hash = random.bytes(32);
  const neighbor = { ...endpoint, publicKey: random.bytes(64) };
  return [
    { type: 'ping', version: 4, from: endpoint, to: endpoint, expiration, enrSeq: 1n },
    { type: 'pong', to: endpoint, pingHash: hash, expiration, enrSeq: 1n },
    { type: 'findnode', target: random.bytes(64), expiration },
    { type: 'neighbors', nodes: [neighbor, neighbor], expiration },
    { type: 'enrrequest', expiration },
    { type: 'enrresponse', requestHash: hash, record },
  ];
}

/** Random bytes, or a modified v4 packet: with wrong hash, with correct hash, or with correct hash and signature. */
export function hostileV4Datagram(random: SeededRandom, record: Uint8Array): Uint8Array {
  const how = random.below(4);
  if (how === 0) return random.bytes(random.below(2_000));
  const all = messages(random, record);
  const key = generatePrivateKey(random);
  const whole = encodePacket(all[random.below(all.length)]!, key).datagram;
  const length =
    random.below(3) === 0 ? HEAD_SIZE + 1 + random.below(whole.length - HEAD_SIZE) : whole.length;
  const datagram = whole.slice(0, length);
  const at = random.below(length);
  datagram[at] = (datagram[at] ?? 0) ^ (1 + random.below(255));
  if (how === 3) datagram.set(sign(keccak256(datagram.subarray(HEAD_SIZE)), key), HASH_SIZE);
  if (how >= 2) datagram.set(keccak256(datagram.subarray(HASH_SIZE)));
  return datagram;
}

/** A v5 packet that needs no session: undecryptable, or an unsolicited WHOAREYOU or handshake; intact, modified or cut. */
export function hostileV5Datagram(random: SeededRandom, puppet: V5Puppet): Uint8Array {
  const made = [
    () => puppet.garbage(random.bytes(32)),
    () => puppet.whoareyou(random.bytes(12), BigInt(random.below(9))),
    () => puppet.handshake(challenge(random), { type: 'ping', enrSeq: 1n }),
  ];
  const whole = made[random.below(made.length)]!();
  const how = random.below(4);
  if (how === 0) return whole;
  const datagram = how === 1 ? whole.slice(0, 1 + random.below(whole.length - 1)) : whole.slice();
  const at = random.below(datagram.length);
  datagram[at] = (datagram[at] ?? 0) ^ (1 + random.below(255));
  return datagram;
}

/** A WHOAREYOU packet that no node has sent. */
function challenge(random: SeededRandom): Parameters<V5Puppet['handshake']>[0] {
  return {
    kind: 'whoareyou',
    nonce: random.bytes(12),
    idNonce: random.bytes(16),
    enrSeq: 0n,
    challengeData: random.bytes(63),
  };
}
