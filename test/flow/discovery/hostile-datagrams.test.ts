import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src-main/discovery/v4/messages.ts';
import { encodePacket } from '../../../src-main/discovery/v4/packet.ts';
import { HASH_SIZE, HEAD_SIZE } from '../../../src-main/discovery/v4/constants.ts';
import { keccak256 } from '../../../src-main/leaf/keccak.ts';
import type { SocketAddress } from '../../../src-main/leaf/network.ts';
import { generatePrivateKey, sign } from '../../../src-main/leaf/secp256k1.ts';
import type { Logger } from '../../../src-main/leaf/runtime.ts';
import { systemClock, systemRandom } from '../../../src-main/leaf/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/leaf/udp.ts';
import { encodeEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** Datagrams between two exchanges with a friend: few enough for the receive buffer of any system. */
const BATCH = 40;
const BATCHES = 25;

const unlimited = { perSecond: 1e6, burst: 1e6 };
const limits = { host: unlimited, localHost: unlimited, total: unlimited, expected: unlimited };

/** A node that is not started yet; `mistakes` takes what it logs as errors. */
function nodeOn(ips: readonly string[], mistakes: string[] = []): DiscoveryNode {
  return new DiscoveryNode({
    logger: {
      ...silentLogger,
      error: (message) => mistakes.push(message),
      child: (): Logger => silentLogger,
    },
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: ips.map((ip) => ({ ip, port: 0 })),
    filterLimits: limits,
  });
}

/** Sockets and timers that keep the process alive. */
const held = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP') || name === 'Timeout');

/** Well-formed messages of all six types. */
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

/** Random bytes, or a packet that is changed: as it is, with a hash that fits, or with hash and signature. */
function hostileDatagram(random: SeededRandom, record: Uint8Array): Uint8Array {
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

describe('a discovery node on real sockets', () => {
  it.each([['127.0.0.1'], ['::1']])(
    'answers as before whatever bytes come to %s, and leaves nothing behind',
    async (ip) => {
      const random = new SeededRandom(ip.length);
      const before = held();
      const mistakes: string[] = [];
      const node = nodeOn(['127.0.0.1', '::1'], mistakes);
      const friend = nodeOn([ip]);
      await Promise.all([node.start(), friend.start()]);
      const attacker = await systemDatagramTransport.bind({ ip, port: 0 });
      const family = ip === '::1' ? 'ipv6' : 'ipv4';
      const target: SocketAddress = node.discovery.socket.local(family)!;
      const asSeen = nodeFromRecord(node.record, [family]);
      for (let batch = 0; batch < BATCHES; batch++) {
        for (let sent = 0; sent < BATCH; sent++)
          attacker.send(hostileDatagram(random, encodeEnr(friend.record)), target);
        await friend.discovery.v4!.ping(asSeen);
      }
      const drops = node.events.filter((event) => event.type === 'discovery/dropped');
      const heard = node.events.filter(
        (event) => event.type === 'discovery/packet' && event.direction === 'in',
      );
      // A friend's own packets come on top, and the system may lose a few.
      expect(drops.length + heard.length).toBeGreaterThan(0.9 * BATCH * BATCHES);
      expect(new Set(drops.map(({ reason }) => reason)).size).toBeGreaterThan(5);
      expect(mistakes).toEqual([]);
      expect(node.discovery.v4!.snapshot().entries).toBeLessThanOrEqual(1);
      await Promise.all([node.stop(), friend.stop(), attacker.close()]);
      // Handles of closed sockets go at the end of the turn after the one that closed them.
      await nextTurn();
      await nextTurn();
      expect(held().length).toBeLessThanOrEqual(before.length);
    },
  );
});
