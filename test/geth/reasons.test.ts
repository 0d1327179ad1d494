import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '../../src-main/chain/networks.ts';
import { hexToBytes } from '../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { ConnectionEndedError } from '../../src-main/p2p/errors.ts';
import { exchangeHello } from '../../src-main/p2p/hello.ts';
import { decodeDisconnect } from '../../src-main/p2p/disconnect-reason.ts';
import { encodeHello, P2P_CODES } from '../../src-main/p2p/messages.ts';
import type { RlpxConnection } from '../../src-main/rlpx/connection.ts';
import { Geth } from '../support/geth.ts';
import { Puppet } from '../support/puppet.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { enodeOf, ethOf, nodeOf, testchainNetwork } from '../support/testchain-node.ts';

const AGES = ['geth68', 'geth69', 'geth72'] as const;
const start = startedNodes();
const geths = new Map<string, Geth>();
let network: Network;

beforeAll(async () => {
  network = await testchainNetwork();
  await Promise.all(
    AGES.map(async (version) => geths.set(version, await Geth.start({ version, chain: false }))),
  );
});

afterAll(() => Promise.all([...geths.values()].map((geth) => geth.stop())));

/** The reason of the next Disconnect; skips other messages. */
async function disconnectReason(connection: RlpxConnection): Promise<string> {
  for (;;) {
    const { code, payload } = await connection.read();
    if (code === P2P_CODES.disconnect) return decodeDisconnect(payload).reason;
  }
}

describe.each(AGES)('the disconnect reason of %s is shown by name:', (version) => {
  const geth = (): Geth => geths.get(version)!;
  const target = () => ({ node: () => nodeOf(geth()), publicKey: nodeOf(geth()).publicKey });

  test('disconnect requested, when its admin removes us', async () => {
    const us = await start.node({ protocols: ethOf(network) });
    us.server.dialing.addStatic(nodeOf(geth()));
    await us.events.first('peer/established');
    await geth().peer(us.idHex);
    await geth().rpc('admin_removePeer', enodeOf(us));
    expect((await us.events.first('peer/dropped')).cause).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
      stage: 'running',
      disconnectReason: 'disconnect requested',
    });
  });

  test('already connected, when our key connects a second time', async () => {
    const us = await start.node({ protocols: ethOf(network) });
    us.server.dialing.addStatic(nodeOf(geth()));
    await us.events.first('peer/established');
    const twin = await start.node({ protocols: ethOf(network), privateKey: us.privateKey });
    twin.server.dialing.addStatic(nodeOf(geth()));
    expect((await twin.events.first('dial/ended')).cause).toMatchObject({
      code: 'already-connected',
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'already connected',
    });
    expect(us.server.counts().total).toBe(1);
  });

  test('useless peer, when we have no common protocol', async () => {
    const us = await start.node({ protocols: [] });
    us.server.dialing.addStatic(nodeOf(geth()));
    expect((await us.events.first('peer/dropped')).cause).toMatchObject({
      code: 'useless-peer',
      by: 'remote',
      disconnectReason: 'useless peer',
    });
  });

  test.each([
    ['wrong-network', (from: Network): Network => ({ ...from, networkId: 4_242n })],
    ['wrong-genesis', (from: Network): Network => ({ ...from, genesisHash: new Uint8Array(32).fill(7) })],
    ['wrong-fork', (from: Network): Network => ({ ...from, forkTimes: [1n, ...from.forkTimes.slice(1)] })],
  ] as const)('subprotocol error, for a %s', async (code, change) => {
    const us = await start.node({ protocols: ethOf(change(network)) });
    us.server.dialing.addStatic(nodeOf(geth()));
    const { cause } = await us.events.first('peer/dropped');
    expect(cause).toMatchObject({ code, stage: 'status', disconnectReason: 'subprotocol error' });
    expect(cause.by).not.toBe('network');
  });

  test('connected to self, when we use its key', async () => {
    const key = await readFile(join(geth().dataFolder, 'geth', 'nodekey'), 'utf8');
    const puppet = new Puppet(ethOf(network), hexToBytes(key.trim()));
    const connection = await puppet.secure(target());
    const error: unknown = await exchangeHello(connection, puppet.hello()).catch((reason: unknown) => reason);
    if (!(error instanceof ConnectionEndedError)) throw new Error('geth accepted its own key');
    expect(error.endCause).toMatchObject({
      code: 'connected-to-self',
      by: 'remote',
      stage: 'hello',
      disconnectReason: 'connected to self',
    });
  });

  test('unexpected identity, when Hello has another key', async () => {
    const puppet = new Puppet(ethOf(network));
    const connection = await puppet.secure(target());
    const publicKey = publicKeyOf(new Uint8Array(32).fill(9));
    connection.send(P2P_CODES.hello, encodeHello(puppet.hello({ publicKey })));
    // Both have sent Hello, so later messages are compressed.
    const hello = await connection.read();
    expect(hello.code).toBe(P2P_CODES.hello);
    connection.enableCompression(P2P_CODES.disconnect);
    expect(await disconnectReason(connection)).toBe('unexpected-identity');
    connection.destroy();
  });
});
