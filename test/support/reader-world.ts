import { ChainReader, createHeaderCache } from '../../src-main/sentry/chain-reader.ts';
import type { RpcError } from '../../src-main/sentry/errors.ts';
import { probeClient } from '../../src-main/sentry/probe.ts';
import { FakeClient, type FAKE_DIALECTS } from './fake-client.ts';
import { fakeRpc, type FakeChannel } from './fake-client-channel.ts';
import type { Testchain } from './testchain-blocks.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A reader of a fake client that was probed honestly. */
export interface ReaderWorld {
  readonly client: FakeClient;
  readonly channel: FakeChannel;
  readonly reader: ChainReader;
  /** What the client sent wrong. */
  readonly wrong: RpcError[];
}

/** Probes a fake client and creates a reader of it; the calls of the probe are forgotten. */
export async function readerWorld(
  chain: Testchain,
  family: keyof typeof FAKE_DIALECTS,
  prepare: (client: FakeClient) => void = () => undefined,
): Promise<ReaderWorld> {
  const client = new FakeClient(chain, family);
  prepare(client);
  const { rpc, channel } = fakeRpc(client, new VirtualClock());
  const { genesisHash } = chain.network;
  const { dialect } = await probeClient(rpc, genesisHash);
  const wrong: RpcError[] = [];
  const reader = new ChainReader({
    client: rpc,
    dialect,
    headers: createHeaderCache(),
    genesisHash,
    onWrong: (error) => wrong.push(error),
  });
  client.calls.length = 0;
  client.requests.length = 0;
  return { client, channel, reader, wrong };
}
