import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { Geth } from '../support/geth.ts';
import type { P2pNode } from '../support/p2p-node.ts';
import { SkippingClock } from '../support/skipping-clock.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { ethOf, nodeOf, skipToNextTry, testchainNetwork } from '../support/testchain-node.ts';

const start = startedNodes();
let eth: readonly Protocol[];
let geth: Geth;

beforeAll(async () => {
  eth = ethOf(await testchainNetwork());
  geth = await Geth.start({ version: 'geth72', chain: false });
});

// A test that failed while geth was down must not fail the others.
beforeEach(async () => {
  if (geth.child.hasEnded) await geth.startAgain();
});

afterAll(() => geth.stop());

/** Our node with a session with geth, its static node; geth has received our Status too. */
async function connected(): Promise<{ us: P2pNode; clock: SkippingClock }> {
  const clock = new SkippingClock();
  const us = await start.node({ protocols: eth, clock });
  us.server.dialing.addStatic(nodeOf(geth));
  await us.events.first('peer/established');
  await geth.peer(us.idHex);
  return { us, clock };
}

/** Starts geth again and expects our next dial to connect. */
async function expectReconnect(us: P2pNode, clock: SkippingClock): Promise<void> {
  const back = us.events.next('peer/established', ({ idHex }) => idHex === geth.info.id);
  await geth.startAgain();
  await skipToNextTry(us, geth, clock);
  await back;
  expect((await geth.peer(us.idHex)).network.inbound).toBe(true);
}

describe('a static geth', () => {
  test('that is shut down sends its reason, and is connected again after its restart', async () => {
    const { us, clock } = await connected();
    await geth.child.stop();
    const { cause, kind } = await us.events.first('peer/dropped');
    expect(kind).toBe('static');
    expect(cause).toMatchObject({
      code: 'client-quitting',
      by: 'remote',
      stage: 'running',
      disconnectReason: 'client quitting',
    });
    await expectReconnect(us, clock);
  });

  test('that is killed is dropped immediately, without a reason on the wire, and is connected again', async () => {
    const { us, clock } = await connected();
    const refused = us.events.first('dial/ended', ({ cause }) => cause?.code === 'connection-refused');
    await geth.child.kill();
    const { cause } = await us.events.first('peer/dropped');
    // The system closes its sockets with FIN, or with RST if data was unread.
    expect(['closed-by-remote', 'connection-lost']).toContain(cause.code);
    expect(cause).toMatchObject({ stage: 'running', disconnectReason: undefined });
    expect(cause.by).toBe(cause.code === 'closed-by-remote' ? 'remote' : 'network');
    expect((await refused).cause).toMatchObject({ by: 'network', stage: 'connect' });
    await expectReconnect(us, clock);
  });

  test('that hangs is dropped when nothing arrives for 30 seconds', async () => {
    const { us, clock } = await connected();
    geth.child.signal('SIGSTOP');
    try {
      await clock.skip(30_000);
      expect((await us.events.first('peer/dropped')).cause).toMatchObject({
        code: 'read-timeout',
        by: 'local',
        stage: 'running',
        disconnectReason: 'read timeout',
      });
      us.server.dialing.removeStatic(geth.info.id);
    } finally {
      geth.child.signal('SIGCONT');
    }
  });
});
