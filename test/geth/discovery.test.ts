import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN } from '../support/geth.ts';
import { Headless } from '../support/headless.ts';

const network = ['--genesis', TESTCHAIN.genesisFile, '--networkid', TESTCHAIN.networkId];
const running: { stop(): Promise<unknown> }[] = [];

async function started<T extends { stop(): Promise<unknown> }>(node: Promise<T>): Promise<T> {
  const ready = await node;
  running.push(ready);
  return ready;
}

afterAll(async () => {
  await Promise.all(running.map((node) => node.stop()));
});

describe.concurrent.each(['geth68', 'geth69', 'geth72'] as const)('over discv4 alone, %s', (version) => {
  test('finds us, its only bootnode, and connects', { timeout: 180_000 }, async () => {
    const us = await started(Headless.start({ flags: [...network, '--bootnodes', ''] }));
    const geth = await started(Geth.start({ version, discovery: { bootnodes: [us.info.enode] } }));
    const [ours, theirs] = await Promise.all([
      us.peer(geth.info.id, 120_000),
      geth.peer(us.info.id, 120_000),
    ]);
    expect(ours.name).toBe(geth.info.name);
    expect(theirs.name).toBe(us.info.name);
    expect(ours.network.static || theirs.network.static).toBe(false);
  });

  test('is found by us as our only bootnode, and connects', { timeout: 180_000 }, async () => {
    const geth = await started(Geth.start({ version, discovery: { bootnodes: [] } }));
    const us = await started(Headless.start({ flags: [...network, '--bootnodes', geth.info.enode] }));
    const [ours, theirs] = await Promise.all([
      us.peer(geth.info.id, 120_000),
      geth.peer(us.info.id, 120_000),
    ]);
    expect(ours.name).toBe(geth.info.name);
    expect(theirs.name).toBe(us.info.name);
    expect(ours.network.static || theirs.network.static).toBe(false);
    const live = await eventually('geth passes a check of our table', async () => {
      const table = await us.rpc<{ node: string; live: boolean }[][]>('debug_discoveryV4Table');
      return table.flat().find((entry) => entry.live);
    });
    expect(live.node).toMatch(/^enr:/);
  });
});
