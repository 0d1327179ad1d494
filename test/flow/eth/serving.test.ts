import { beforeEach, describe, expect, it } from 'vitest';
import type { HeaderQuery } from '../../../src-main/eth/messages.ts';
import { Serving } from '../../../src-main/eth/serving.ts';
import { createEthProtocols, ethSessionOf } from '../../../src-main/eth/session.ts';
import { EthPeer } from '../../support/eth-peer.ts';
import { modelBlocks, ModelChain } from '../../support/model-chain.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const blocks = modelBlocks(300);

let clock: VirtualClock;
let chain: ModelChain;
let serving: Serving;

beforeEach(() => {
  clock = new VirtualClock();
  chain = new ModelChain(blocks, clock);
  serving = new Serving();
});

function connect(version: 68 | 69 = 69): Promise<EthPeer> {
  const protocols = createEthProtocols(chain, [version], { serving });
  return EthPeer.connect(protocols, version, { clock, random: new SeededRandom(3) });
}

const headersFrom = (number: bigint, limit = 1n): HeaderQuery => ({
  ...{ start: { number }, limit },
  ...{ skip: 0n, reverse: false },
});

/** The source answers nothing until the returned function is called. */
function hangSource(): () => void {
  let resume: () => void = () => undefined;
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  chain.delay = () => resumed;
  return resume;
}

describe.each([68, 69] as const)('a syncing peer of eth/%i', (version) => {
  it('gets headers, bodies and receipts', async () => {
    const peer = await connect(version);
    const wanted = blocks.slice(100, 292);
    const hashes = wanted.map(({ hash }) => hash);
    peer.send({ name: 'GetBlockHeaders', requestId: 1n, query: headersFrom(100n, 192n) });
    peer.send({ name: 'GetBlockBodies', requestId: 2n, hashes });
    peer.send({ name: 'GetReceipts', firstIndex: 0n, requestId: 3n, hashes });
    expect(await peer.readAnswers(3)).toEqual([
      { name: 'BlockHeaders', requestId: 1n, headers: wanted.map(({ header }) => header) },
      { name: 'BlockBodies', requestId: 2n, bodies: wanted.map(({ body }) => body) },
      {
        name: 'Receipts',
        lastIncomplete: false,
        requestId: 3n,
        blocks: wanted.map(({ receipts }) => receipts),
      },
    ]);
    const got = { served: 1, empty: 0, late: 0, failed: 0, asked: 1, items: 192 };
    expect(ethSessionOf(peer.session)?.served).toEqual([
      { ...got, name: 'GetBlockHeaders' },
      { ...got, name: 'GetBlockBodies' },
      { ...got, name: 'GetReceipts' },
    ]);
  });
});

describe('while the source hangs', () => {
  it('each request of a flood is answered, and so are a ping and our own request', async () => {
    const peer = await connect();
    hangSource();
    const count = 700;
    for (let id = 0; id < count; id++) {
      peer.send({ name: 'GetBlockHeaders', requestId: BigInt(id), query: headersFrom(0n) });
    }
    peer.ping();
    const own = ethSessionOf(peer.session)!.ask({ name: 'GetReceipts', firstIndex: 0n, hashes: [] });
    const request = await peer.read();
    expect(request.name).toBe('GetReceipts');
    peer.send({ name: 'Receipts', lastIncomplete: false, requestId: 1n, blocks: [] });
    const sentAt = clock.monotonic();
    const before = await peer.readPong();
    expect(clock.monotonic() - sentAt).toBeLessThan(10_000);
    expect(before).toBeLessThan(count);
    expect(await clock.runUntil(own)).toMatchObject({ blocks: [] });
    await peer.readAnswers(count - before);
    expect(ethSessionOf(peer.session)?.served).toMatchObject([{ asked: count, late: count }]);
    expect(chain.calls.headers).toBe(4);
    expect(peer.session.endCause).toBeUndefined();
  });

  it('a session that ends drops its requests, leaves no timer, and gives its slots back', async () => {
    serving = new Serving(4);
    const peer = await connect();
    const resume = hangSource();
    for (let id = 0n; id < 300n; id++) {
      peer.send({ name: 'GetBlockHeaders', requestId: id, query: headersFrom(0n) });
    }
    await clock.advance(1_000);
    peer.destroy();
    await clock.runUntil(peer.session.closed);
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
    resume();
    await clock.settle();
    const next = await connect();
    next.send({ name: 'GetBlockHeaders', requestId: 1n, query: headersFrom(5n) });
    expect(await next.read()).toEqual({
      ...{ name: 'BlockHeaders', requestId: 1n },
      headers: [blocks[5]!.header],
    });
  });

  it('an answer that came too late does not count as data that we lack', async () => {
    const peer = await connect();
    hangSource();
    peer.send({ name: 'GetBlockHeaders', requestId: 1n, query: headersFrom(5n) });
    expect(await peer.read()).toEqual({ name: 'BlockHeaders', requestId: 1n, headers: [] });
    peer.disconnect(0x10);
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'subprotocol-error' });
  });
});

it('a peer that leaves after an empty answer of a slow source has the cause no-chain-data', async () => {
  const peer = await connect();
  const resume = hangSource();
  peer.send({ name: 'GetBlockHeaders', requestId: 1n, query: headersFrom(5_000n) });
  await clock.advance(500);
  resume();
  expect(await peer.read()).toEqual({ name: 'BlockHeaders', requestId: 1n, headers: [] });
  peer.disconnect(0x10);
  expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'no-chain-data', by: 'remote' });
});

it('all sessions of a node share the slots of the source', async () => {
  serving = new Serving(1);
  const [first, second] = [await connect(), await connect()];
  const resume = hangSource();
  for (const peer of [first, second]) {
    peer.send({ name: 'GetBlockHeaders', requestId: 1n, query: headersFrom(5n) });
  }
  await clock.advance(1_000);
  expect(chain.calls.headers).toBe(1);
  resume();
  for (const peer of [first, second]) {
    expect(await peer.read()).toMatchObject({ headers: [blocks[5]!.header] });
  }
  expect(serving.tally.list()).toMatchObject([{ asked: 2, served: 2 }]);
});

it('a peer whose head is ours has our block number, on eth/68 too', async () => {
  const peer = await connect(68);
  await clock.advance(10);
  expect(ethSessionOf(peer.session)).toMatchObject({ latestBlock: 299n, requests: { open: 0 } });
  expect(chain.calls.headers).toBe(0);
});
