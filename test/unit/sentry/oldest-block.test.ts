import { beforeAll, describe, expect, test } from 'vitest';
import { findOldestBlock, hasBlock } from '../../../src-main/sentry/oldest-block.ts';
import { probeClient } from '../../../src-main/sentry/probe.ts';
import { FakeClient, type FAKE_DIALECTS } from '../../support/fake-client.ts';
import { fakeRpc } from '../../support/fake-client-channel.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

async function world(family: keyof typeof FAKE_DIALECTS, oldest: number) {
  const client = new FakeClient(chain, family);
  client.oldest = oldest;
  const { rpc, channel } = fakeRpc(client, new VirtualClock());
  const { dialect } = await probeClient(rpc, chain.network.genesisHash);
  client.calls.length = 0;
  return { client, rpc, channel, dialect };
}

describe('the oldest block', () => {
  test('is what the client says', async () => {
    const { client, rpc, dialect } = await world('reth', 123);
    expect(await findOldestBlock(rpc, dialect, 600n)).toBe(123n);
    expect(client.calls.map(({ method }) => method)).toEqual(['eth_capabilities']);
  });

  test.each([1, 2, 3, 299, 300, 301, 599, 600])(
    'is found by a search where block %i is it',
    async (oldest) => {
      const { client, rpc, dialect } = await world('geth', oldest);
      expect(await findOldestBlock(rpc, dialect, 600n)).toBe(oldest === 1 ? 0n : BigInt(oldest));
      expect(client.calls.length).toBeLessThanOrEqual(12);
    },
  );

  test('is 0 where block 1 is there, after one call', async () => {
    const { client, rpc, dialect } = await world('erigon', 0);
    expect(await findOldestBlock(rpc, dialect, 600n)).toBe(0n);
    expect(client.calls).toHaveLength(1);
  });

  test('is searched where the client says one beyond its head, or none', async () => {
    const { client, rpc, dialect } = await world('reth', 300);
    for (const told of [{ blocks: { oldestBlock: '0xffff' } }, { blocks: {} }, null, 'x']) {
      client.lie = (method, honest) => (method === 'eth_capabilities' ? told : honest);
      expect(await findOldestBlock(rpc, dialect, 600n)).toBe(300n);
    }
  });

  test('is the head where the client gives no blocks', async () => {
    const { rpc, dialect } = await world('geth', 0);
    expect(await findOldestBlock(rpc, { ...dialect, blocks: false }, 600n)).toBe(600n);
  });

  test('is not known while the connection fails', async () => {
    const { rpc, channel, dialect } = await world('geth', 0);
    channel.failure = new Error('away');
    await expect(findOldestBlock(rpc, dialect, 600n)).rejects.toThrow('away');
    await expect(hasBlock(rpc, 1n)).rejects.toThrow('away');
  });
});
