import { beforeAll, describe, expect, test } from 'vitest';
import { FakeClient } from '../../support/fake-client.ts';
import { fakeRpc } from '../../support/fake-client-channel.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';
import { unhex } from '../../support/hex.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

const headerCalls = (count: number): { method: string; params: string[] }[] =>
  Array.from({ length: count }, (_, at) => ({
    method: 'debug_getRawHeader',
    params: [`0x${at.toString(16)}`],
  }));

describe('a client of the RPC', () => {
  test('makes calls in batches of at most 64, and gives each its own outcome', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc } = fakeRpc(client, new VirtualClock());
    const outcomes = await rpc.callAll('own', headerCalls(150));
    expect(client.requests.sort()).toEqual([22, 64, 64]);
    expect(outcomes.map((outcome) => outcome.ok && outcome.result)).toEqual(
      chain.blocks.slice(0, 150).map(({ encodedHeader }) => unhex(encodedHeader)),
    );
    expect(rpc.counts).toEqual({ requests: 3, calls: 150, failed: 0 });
  });

  test('asks for few large items at a time on a connection that a too large answer ends', async () => {
    const client = new FakeClient(chain, 'reth');
    const blockCalls = headerCalls(20).map(({ params }) => ({ method: 'debug_getRawBlock', params }));
    await fakeRpc(client, new VirtualClock(), true).rpc.callAll('own', blockCalls);
    expect(client.requests.splice(0).sort()).toEqual([4, 8, 8]);
    await fakeRpc(client, new VirtualClock()).rpc.callAll('own', blockCalls);
    expect(client.requests).toEqual([20]);
  });

  test('makes one call without a batch', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc, channel } = fakeRpc(client, new VirtualClock());
    expect(await rpc.call('own', 'web3_clientVersion')).toMatch(/^Geth/);
    expect(channel.bodies[0]).toMatch(/^\{/);
  });

  test('keeps each request below 5 MiB, and does not send a larger call', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc, channel } = fakeRpc(client, new VirtualClock());
    const call = (bytes: number) => ({
      method: 'eth_sendRawTransaction',
      params: [`0x${'00'.repeat(bytes)}`],
    });
    const outcomes = await rpc.callAll('own', [
      ...Array.from({ length: 5 }, () => call(1_000_000)),
      call(3_000_000),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false]);
    expect(outcomes[5]).toMatchObject({ error: { code: 'rpc-request-too-large' } });
    expect(Math.max(...channel.bodies.map(({ length }) => length))).toBeLessThan(5 * 1024 * 1024);
    expect(client.requests.sort()).toEqual([1, 2, 2]);
  });

  test('asks in smaller batches for what the client left out because the answer is too large', async () => {
    const client = new FakeClient(chain, 'geth');
    client.maxResultBytes = 12_000;
    const { rpc } = fakeRpc(client, new VirtualClock());
    const outcomes = await rpc.callAll('own', headerCalls(64));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(client.requests.length).toBeGreaterThan(5);
  });

  test('asks for each one alone in the end, and gives up one that is too large by itself', async () => {
    const client = new FakeClient(chain, 'reth');
    const { rpc } = fakeRpc(client, new VirtualClock());
    const refusal = ({ id }: { id: number }): object => ({
      id,
      error: { code: -32_008, message: 'Response is too big' },
    });
    client.garble = (answer) => {
      const replies = JSON.parse(answer) as { id: number } | { id: number }[];
      return JSON.stringify(Array.isArray(replies) ? replies.map(refusal) : refusal(replies));
    };
    const outcomes = await rpc.callAll('own', headerCalls(4));
    expect(outcomes.map((outcome) => outcome.ok || outcome.error.message)).toEqual(
      Array.from(
        { length: 4 },
        () => 'The client refused debug_getRawHeader with error -32008: Response is too big',
      ),
    );
    expect(client.requests).toEqual([4, 2, 2, 1, 1, 1, 1]);
  });

  test('gives an outcome only to the call with its ID, in any order of the replies', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc } = fakeRpc(client, new VirtualClock());
    client.garble = (answer) => {
      const [first, second, third] = JSON.parse(answer) as { id: number; result: string }[];
      return JSON.stringify([third, { ...second, id: 99 }, first, { ...first, result: '0x00' }]);
    };
    const outcomes = await rpc.callAll('own', headerCalls(3));
    expect(outcomes[0]).toEqual({ ok: true, result: unhex(chain.blocks[0]!.encodedHeader) });
    expect(outcomes[1]).toMatchObject({ ok: false, error: { code: 'rpc-answer-malformed' } });
    expect(outcomes[2]).toEqual({ ok: true, result: unhex(chain.blocks[2]!.encodedHeader) });
  });

  test('takes one error for the outcome of a whole batch', async () => {
    const client = new FakeClient(chain, 'besu');
    const { rpc } = fakeRpc(client, new VirtualClock());
    client.garble = () => '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}';
    const outcomes = await rpc.callAll('own', headerCalls(3));
    expect(outcomes.map((outcome) => outcome.ok || outcome.error.message)).toEqual(
      Array.from({ length: 3 }, () => 'The client refused debug_getRawHeader with error -32600: no batches'),
    );
  });

  test('gives the failure of a connection to each call of its batch', async () => {
    const client = new FakeClient(chain, 'geth');
    const { rpc, channel } = fakeRpc(client, new VirtualClock());
    channel.failure = new Error('away');
    const outcomes = await rpc.callAll('own', headerCalls(2));
    expect(outcomes.map((outcome) => outcome.ok || outcome.error.message)).toEqual(['away', 'away']);
    await expect(rpc.call('own', 'web3_clientVersion')).rejects.toThrow('away');
    expect(rpc.counts.failed).toBe(3);
  });
});
