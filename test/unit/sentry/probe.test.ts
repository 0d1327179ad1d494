import { beforeAll, describe, expect, test } from 'vitest';
import { probeClient } from '../../../src-main/sentry/probe.ts';
import { FakeClient, type FAKE_DIALECTS } from '../../support/fake-client.ts';
import { fakeRpc } from '../../support/fake-client-channel.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

const probe = (client: FakeClient, hasNotices = true): ReturnType<typeof probeClient> =>
  probeClient(fakeRpc(client, new VirtualClock(), hasNotices).rpc, chain.network.genesisHash);

const LACKS: readonly (readonly [keyof typeof FAKE_DIALECTS, readonly string[]])[] = [
  ['geth', ['raw-access-lists', 'oldest-block']],
  ['reth', []],
  ['besu', ['raw-access-lists', 'lookup-by-hash', 'oldest-block']],
  ['nethermind', ['lookup-by-hash', 'oldest-block']],
  ['erigon', ['oldest-block']],
];

describe('a probe', () => {
  test.each(LACKS)('of %s finds what it lacks: %j', async (family, codes) => {
    const { client, lacks, dialect } = await probe(new FakeClient(chain, family));
    expect(client.family).toBe(family);
    expect(lacks.map(({ code }) => code)).toEqual(codes);
    expect(dialect).toMatchObject({ headers: true, blocks: true, receipts: true, submission: true });
  });

  test('is one request that creates nothing', async () => {
    const client = new FakeClient(chain, 'geth');
    await probe(client);
    expect(client.requests).toHaveLength(1);
    const methods = client.calls.map(({ method }) => method);
    expect(methods).not.toContain('eth_subscribe');
    expect(methods).not.toContain('eth_newPendingTransactionFilter');
  });

  test('over HTTP finds that notices are lacking and a filter is there', async () => {
    const { dialect, lacks } = await probe(new FakeClient(chain, 'geth'), false);
    expect(dialect).toMatchObject({ headNotices: false, pendingNotices: 'filter' });
    expect(lacks.map(({ code }) => code)).toContain('head-notices');
  });

  test('finds each method that is switched off', async () => {
    const client = new FakeClient(chain, 'geth');
    for (const method of [
      ...['debug_getRawHeader', 'debug_getRawBlock', 'debug_getRawReceipts', 'eth_unsubscribe'],
      ...['eth_getRawTransactionByHash', 'eth_sendRawTransaction', 'eth_getFilterChanges'],
    ])
      client.missing.add(method);
    const { lacks } = await probe(client);
    expect(lacks.map(({ consequence }) => consequence)).toEqual([
      'no-blocks-served',
      'no-bodies-served',
      'no-receipts-served',
      'no-access-lists-served',
      'oldest-block-is-searched',
      'head-is-polled',
      'pool-is-not-served',
      'transactions-are-not-relayed',
      'pending-transactions-are-not-announced',
    ]);
  });

  test('refuses a client of another chain, and names both genesis blocks', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc } = fakeRpc(client, new VirtualClock());
    await expect(probeClient(rpc, new Uint8Array(32))).rejects.toMatchObject({
      code: 'rpc-wrong-chain',
      params: { ours: `0x${'00'.repeat(32)}`, theirs: expect.stringMatching(/^0xbd6a252a/) as string },
    });
    client.missing.add('debug_getRawHeader');
    await expect(probeClient(rpc, new Uint8Array(32))).rejects.toMatchObject({ code: 'rpc-wrong-chain' });
  });

  test('does not believe a genesis hash that the encoded header does not have', async () => {
    const client = new FakeClient(chain, 'geth');
    client.lie = (method, honest) => (method === 'debug_getRawHeader' ? `0x${'c0'.repeat(40)}` : honest);
    await expect(probe(client)).rejects.toMatchObject({ code: 'rpc-wrong-chain' });
  });

  test('fails with the failure of the connection', async () => {
    const { rpc, channel } = fakeRpc(new FakeClient(chain, 'geth'), new VirtualClock());
    channel.failure = new Error('away');
    await expect(probeClient(rpc, chain.network.genesisHash)).rejects.toThrow('away');
  });

  test('fails with a client that names no genesis block', async () => {
    const client = new FakeClient(chain, 'geth');
    client.missing.add('debug_getRawHeader').add('eth_getBlockByNumber');
    await expect(probe(client)).rejects.toMatchObject({ code: 'rpc-refused' });
  });
});
