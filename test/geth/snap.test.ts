import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Network } from '../../src-main/chain/networks.ts';
import { ethSessionOf } from '../../src-main/eth/session.ts';
import { createSnapProtocols } from '../../src-main/snap/session.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { ethOf, nodeOf, testchainNetwork } from '../support/testchain-node.ts';

const start = startedNodes();
let network: Network;
let geth: Geth;

beforeAll(async () => {
  network = await testchainNetwork();
  geth = await Geth.start({ version: 'geth72' });
});

afterAll(() => geth.stop());

describe('a session with geth over eth and snap', () => {
  test('is established, stays open, and is shown by geth with both protocols', async () => {
    const us = await start.node({ protocols: [...ethOf(network), ...createSnapProtocols()] });
    us.server.dialing.addStatic(nodeOf(geth));
    const { detail } = await us.events.first('peer/established');
    expect(detail).toMatch(/^eth\/71 · fork [0-9a-f]{8}, snap\/1$/);
    const shown = await geth.peer(us.idHex);
    expect(shown.caps).toEqual(['eth/68', 'eth/69', 'eth/70', 'eth/71', 'snap/1']);
    expect(shown.protocols).toMatchObject({ eth: { version: 71 }, snap: { version: 1 } });
    const session = us.server.peer(geth.info.id)?.session;
    expect(session?.negotiated).toEqual(['eth/71', 'snap/1']);
    await eventually('two pongs of geth', () =>
      Promise.resolve((session?.latency.recent(2).length ?? 0) >= 2 ? true : undefined),
    );
    expect(session?.endCause).toBeUndefined();
  });
});

describe('a geth with eth/68, whose Status has only the hash of the head', () => {
  test('answers the request for the header of its head', async () => {
    const older = await Geth.start({ version: 'geth68' });
    try {
      const us = await start.node({ protocols: ethOf(network) });
      us.server.dialing.addStatic(nodeOf(older));
      await us.events.first('peer/established');
      const session = us.server.peer(older.info.id)?.session;
      const eth = session === undefined ? undefined : ethSessionOf(session);
      const latest = await eventually('the head of geth', () => Promise.resolve(eth?.latestBlock));
      expect(latest).toBe(BigInt(TESTCHAIN.headBlock));
      expect(eth?.requests).toEqual({ open: 0, answered: 1, timedOut: 0 });
    } finally {
      await older.stop();
    }
  });
});
