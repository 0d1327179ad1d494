import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { EthMessage } from '../../../src-main/eth/messages.ts';
import { createEthProtocols, ethSessionOf } from '../../../src-main/eth/session.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { EMPTY_LIST_PAYLOAD, P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { OUTBOUND_HIGH_WATER } from '../../../src-main/rlpx/constants.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { heldBytes } from '../../support/memory.ts';
import { idleProtocol, limitsOf, type P2pNode } from '../../support/p2p-node.ts';
import { ignore, Puppet, sendEth } from '../../support/puppet.ts';
import { SkippingClock } from '../../support/skipping-clock.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { traceOf } from '../../support/trace-of.ts';

/** Memory that may remain in use after a flood, bytes: much less than the flood sends. */
const MOST_KEPT = 16 * 1024 * 1024;

const protocols = createEthProtocols(createGenesisChain(NETWORKS.sepolia, systemClock), [69]);
const limits = limitsOf(20, 4);
const hash = new Uint8Array(32).fill(7);

const start = startedNodes();
let clock: SkippingClock;
let us: P2pNode;
let honest: P2pNode;

beforeEach(async () => {
  clock = new SkippingClock();
  us = await start.node({ protocols, limits, clock, keeps: ({ type }) => type !== 'peer/message' });
  honest = await start.node({ protocols });
  honest.server.dialing.addStatic(us.node());
  await honest.events.first('peer/established');
});

/** An attacker whose session is established. */
async function attacker(): Promise<{ puppet: Puppet; connection: RlpxConnection }> {
  const puppet = new Puppet(protocols);
  const connection = await puppet.greet(us);
  await us.events.first('peer/added', ({ idHex }) => idHex === puppet.idHex);
  const status = ethSessionOf(us.server.peer(puppet.idHex)!.session)!.localStatus;
  sendEth(connection, 69, { name: 'Status', status });
  await us.events.first('peer/established', ({ idHex }) => idHex === puppet.idHex);
  return { puppet, connection };
}

/** A new connection gets a Pong, a new peer a session, and the existing session continues. */
async function expectServed(): Promise<void> {
  const late = new Puppet(protocols);
  const connection = await late.greet(us);
  connection.send(P2P_CODES.ping, EMPTY_LIST_PAYLOAD);
  for (;;) if ((await connection.read()).code === P2P_CODES.pong) break;
  connection.destroy();
  const other = await start.node({ protocols });
  other.server.dialing.addStatic(us.node());
  await other.events.first('peer/established');
  await other.server.stop();
  expect(us.server.peer(honest.idHex)?.session.stage).toBe('running');
}

/** Sends as fast as the other side reads. */
async function send(
  connection: RlpxConnection,
  count: number,
  message: (n: number) => EthMessage,
): Promise<void> {
  for (let n = 0; n < count; n++) {
    sendEth(connection, 69, message(n));
    if (n % 200 === 0) await nextTurn();
    if (connection.queuedBytes > OUTBOUND_HIGH_WATER) return;
  }
}

describe('honest peers are served, memory stays bounded and the cause is counted', () => {
  it('under a flood of announcements', async () => {
    const { puppet, connection } = await attacker();
    const before = heldBytes();
    await send(connection, 20_000, () => ({
      name: 'NewPooledTransactionHashes',
      types: new Uint8Array(20).fill(2),
      sizes: Array.from({ length: 20 }, () => 100),
      hashes: Array.from({ length: 20 }, () => hash),
    }));
    const limited = await us.events.first('peer/limited', ({ idHex }) => idHex === puppet.idHex);
    expect(limited).toMatchObject({
      direction: 'in',
      protocol: 'eth/69',
      name: 'NewPooledTransactionHashes',
    });
    await us.events.first('peer/offence', ({ offence }) => offence === 'message-flood');
    await expectServed();
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
    connection.destroy();
  });

  it('under a flood of requests whose answers are not read', async () => {
    const { puppet, connection } = await attacker();
    const before = heldBytes();
    const query = { start: { number: 0n }, limit: 1_024n, skip: 0n, reverse: false };
    await send(connection, 20_000, (n) => ({ name: 'GetBlockHeaders', requestId: BigInt(n), query }));
    await us.events.first('peer/limited', ({ idHex }) => idHex === puppet.idHex);
    await us.events.first('peer/offence', ({ offence }) => offence === 'message-flood');
    await expectServed();
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
    connection.destroy();
  });

  it('while a peer does not read our messages', async () => {
    let sent = 0;
    const talker: Protocol = {
      ...idleProtocol,
      name: 'talk',
      classOf: () => 'answer',
      run: async (channel) => {
        channel.established();
        if (channel.peer.clientName !== 'Puppet/v1') for (;;) await channel.receive();
        for (; ; sent++) {
          channel.send(0, systemRandom.bytes(64 * 1024));
          await nextTurn();
          await channel.ready();
        }
      },
    };
    const both = [...protocols, talker];
    us = await start.node({ protocols: both, limits, clock });
    honest.server.dialing.addStatic(us.node());
    await us.events.first('peer/established', ({ idHex }) => idHex === honest.idHex);
    const before = heldBytes();
    const puppet = new Puppet([talker]);
    const connection = await puppet.greet(us);
    await us.events.first('peer/added', ({ idHex }) => idHex === puppet.idHex);
    // Until the buffers of the system are full too.
    for (let seen = -1; seen !== sent;) {
      seen = sent;
      for (let turn = 0; turn < 100; turn++) await nextTurn();
    }
    expect(sent).toBeGreaterThan(0);
    const session = us.server.peer(puppet.idHex)?.session;
    expect(session?.endCause).toBeUndefined();
    await expectServed();
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
    // The peer is alive and sends pings; it only does not read. The server checks for progress every 20 seconds.
    for (let check = 0; check < 2; check++) {
      const pinged = us.events.next(
        'peer/message',
        ({ idHex, name }) => idHex === puppet.idHex && name === 'Ping',
      );
      connection.send(P2P_CODES.ping, EMPTY_LIST_PAYLOAD);
      await pinged;
      await clock.skip(20_000);
    }
    const { cause } = await us.events.first('peer/dropped', ({ idHex }) => idHex === puppet.idHex);
    expect(cause).toMatchObject({ code: 'write-timeout', by: 'network', stage: 'running' });
    await us.events.first('peer/offence', ({ offence }) => offence === 'does-not-read');
    expect(traceOf(us, puppet.idHex).cause?.code).toMatch(/^write-timeout/);
  });
});

describe('1,000 connections without a handshake', () => {
  it('take a quarter of the handshake slots for 5 seconds, are counted by cause, and do not block honest peers', async () => {
    const quarter = Math.floor(limits.maxPendingInbound / 4);
    const { port } = us.server.listening[0]!;
    const before = heldBytes();
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, async (): Promise<Socket> => {
        const socket = ignore(connect(port, '127.0.0.1'));
        await once(socket, 'connect');
        return socket;
      }),
    );
    const refused = (): number => us.events.of('inbound/ended').length;
    while (refused() < sockets.length - quarter) await us.events.next('inbound/ended');
    expect(us.server.pendingInbound()).toBe(quarter);
    // On a slow machine the first connections have been silent for a second when the last ones arrive.
    const codes = new Set(us.events.of('inbound/ended').map(({ cause }) => cause.code));
    codes.delete('handshake-displaced');
    expect(codes).toEqual(new Set(['too-many-pending']));
    expect(us.server.peer(honest.idHex)?.session.stage).toBe('running');
    await clock.skip(5_000);
    await us.events.first('inbound/ended', ({ cause }) => cause.code === 'handshake-timeout');
    await expectServed();
    for (const socket of sockets) socket.destroy();
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
  });
});
