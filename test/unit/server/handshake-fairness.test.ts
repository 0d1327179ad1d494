import { describe, expect, it } from 'vitest';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { createAuth, sealAuth } from '../../../src-main/rlpx/handshake.ts';
import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import type { P2pNode } from '../../support/p2p-node.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { TcpWorld } from '../../support/tcp-world.ts';

const limits = { maxPeers: 100, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 10 };
/** Time for a dial and its handshakes: five one-way trips of 20 ms, and a margin. */
const HANDSHAKE_MS = 300;

/** Starts a server with the address `ip`. */
async function open(ip: string): Promise<{ world: TcpWorld; host: P2pNode }> {
  const world = new TcpWorld();
  const host = world.node(ip, { limits });
  await host.server.start();
  return { world, host };
}

/** Starts an honest node that dials the host from `ip`. */
async function dialFrom(world: TcpWorld, ip: string, host: P2pNode): Promise<P2pNode> {
  const node = world.node(ip, { listenAt: [] });
  await node.server.start();
  node.server.dialing.addStatic(host.node());
  return node;
}

async function end(world: TcpWorld, nodes: readonly P2pNode[]): Promise<void> {
  await world.clock.runUntil(Promise.all(nodes.map(({ server }) => server.stop())));
}

const endCodes = (host: P2pNode): Set<string> =>
  new Set(host.events.of('inbound/ended').map(({ cause }) => cause.code));

describe('an honest peer is admitted immediately', () => {
  it.each([
    ['idle connections of one address', '127.0.0.1', (): string => '127.0.0.1', '127.0.0.2'],
    [
      'idle connections of its own /24',
      '10.0.0.1',
      (n: number): string => `10.7.0.${String(n)}`,
      '10.7.0.250',
    ],
    ['idle connections of many /24', '10.0.0.1', (n: number): string => `10.7.${String(n)}.1`, '10.8.0.1'],
    [
      'idle connections of one /48 with many /64',
      '2001:db8::1',
      (n: number): string => `2001:db8:7:${n.toString(16)}::1`,
      '2001:db8:8::1',
    ],
  ])('despite %s', async (_name, at, attacker, ip) => {
    const { world, host } = await open(at);
    for (let n = 0; n < 100; n++) await world.dial(attacker(n), at);
    const node = await dialFrom(world, ip, host);
    await world.clock.advance(HANDSHAKE_MS);
    expect(host.server.peer(node.idHex)).toBeDefined();
    await end(world, [host, node]);
  });

  it('despite connections that send their auth byte by byte', async () => {
    const { world, host } = await open('10.0.0.1');
    const random = new SeededRandom(5);
    const auth = createAuth({
      privateKey: generatePrivateKey(random),
      remotePublicKey: host.publicKey,
      ephemeralKey: generatePrivateKey(random),
      nonce: random.bytes(32),
    });
    const packet = sealAuth(auth, host.publicKey, {
      ephemeralKey: generatePrivateKey(random),
      iv: random.bytes(16),
      padding: 100,
    });
    const streams: ByteStream[] = [];
    for (let n = 0; n < limits.maxPendingInbound; n++)
      streams.push(await world.dial(`10.7.${String(n)}.1`, '10.0.0.1'));
    const node = await dialFrom(world, '10.8.0.1', host);
    for (let at = 0; at < 30; at++) {
      for (const stream of streams) stream.write(packet.slice(at, at + 1));
      await world.clock.advance(HANDSHAKE_MS / 30);
    }
    expect(host.server.peer(node.idHex)).toBeDefined();
    expect(endCodes(host)).toEqual(new Set(['handshake-displaced']));
    expect(host.server.pendingInbound()).toBe(limits.maxPendingInbound - 1);
    await end(world, [host, node]);
  });
});

describe('a displaced connection', () => {
  it('is closed with its cause, and leaves no socket or timer', async () => {
    const { world, host } = await open('10.0.0.1');
    const first = await world.dial('10.7.0.1', '10.0.0.1');
    let isClosed = false;
    first.onClose(() => (isClosed = true));
    for (let n = 1; n <= 12; n++) await world.dial(`10.7.0.${String(n + 1)}`, '10.0.0.1');
    await world.clock.advance(50);
    expect(isClosed).toBe(true);
    const ends = host.events.of('inbound/ended');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({
      ip: '10.7.0.1',
      cause: { code: 'handshake-displaced', by: 'local' },
    });
    await end(world, [host]);
    expect(host.server.pendingInbound()).toBe(0);
    await world.expectNothingLeft();
  });
});

describe('fifty honest nodes', () => {
  it.each([
    ['on one loopback address', (): string => '127.0.0.1'],
    ['in one /24', (n: number): string => `10.7.0.${String(n + 1)}`],
  ])('%s that dial at the same time are all admitted', async (_name, ip) => {
    const { world, host } = await open('127.0.0.1');
    const nodes: P2pNode[] = [];
    for (let n = 0; n < 50; n++) nodes.push(await dialFrom(world, ip(n), host));
    await world.clock.advance(600_000);
    expect(host.server.counts().total).toBe(50);
    await end(world, [host, ...nodes]);
  });
});
