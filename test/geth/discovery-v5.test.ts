import { afterAll, describe, expect, test } from 'vitest';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';

const network = ['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId];
const running: { stop(): Promise<unknown> }[] = [];

async function started<T extends { stop(): Promise<unknown> }>(node: Promise<T>): Promise<T> {
  const ready = await node;
  running.push(ready);
  return ready;
}

/** Our node with both protocols on; the other side has v5 alone. */
const ours = (bootnodes: readonly string[]): Promise<Headless> =>
  started(Headless.start({ flags: [...network, '--bootnodes', bootnodes.join(',')] }));

type Age = Parameters<typeof Geth.start>[0]['version'];

const geths = (version: Age, bootnodes: readonly string[]): Promise<Geth> =>
  started(Geth.start({ version, discovery: { protocol: 'v5', bootnodes } }));

/** Checks both ends of a session between two nodes that found each other by discovery. */
async function session(us: Headless, geth: Geth): Promise<void> {
  const [here, there] = await Promise.all([us.peer(geth.info.id, 120_000), geth.peer(us.info.id, 120_000)]);
  expect(here.name).toBe(geth.info.name);
  expect(there.name).toBe(us.info.name);
  expect(here.network.static || there.network.static).toBe(false);
  const [v4, v5] = await Promise.all([
    us.snapshot('discovery', { protocol: 'v4' }),
    us.snapshot('discovery', { protocol: 'v5' }),
  ]);
  const received = ({ packets }: typeof v4): number => packets.reduce((sum, count) => sum + count.in, 0);
  expect(received(v4)).toBe(0);
  expect(received(v5)).toBeGreaterThan(0);
  expect(v5.v5?.handshakes).toBeGreaterThan(0);
}

afterAll(async () => {
  await Promise.all(running.map((node) => node.stop()));
});

describe.concurrent.each(['geth68', 'geth69', 'geth72'] as const)('over discv5 alone, %s', (version) => {
  test('finds us, its only bootnode, and connects', { timeout: 180_000 }, async () => {
    const us = await ours([]);
    await session(us, await geths(version, [us.info.enr]));
  });

  test('is found by us as our only bootnode, and connects', { timeout: 180_000 }, async () => {
    const geth = await geths(version, []);
    const us = await ours([geth.info.enr]);
    await session(us, geth);
  });
});

describe('two geths that know only us, over discv5 alone,', () => {
  test('find each other, and all three are connected', { timeout: 180_000 }, async () => {
    const us = await ours([]);
    const bootnodes = [us.info.enr];
    const [first, second] = await Promise.all([geths('geth72', bootnodes), geths('geth69', bootnodes)]);
    await Promise.all([
      first.peer(second.info.id, 120_000),
      us.peer(first.info.id, 120_000),
      us.peer(second.info.id, 120_000),
    ]);
  });
});
