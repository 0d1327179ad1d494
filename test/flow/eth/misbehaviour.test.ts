import { endSentence } from '../../../shared/causes/sentences.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { EthMessage } from '../../../src-main/eth/messages.ts';
import { createEthProtocols, ethSessionOf } from '../../../src-main/eth/session.ts';
import type { BlockRange } from '../../../src-main/eth/status.ts';
import { ETH_CODES, ETH_VERSION_NUMBERS, type EthVersion } from '../../../src-main/eth/versions.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { EthPeer } from '../../support/eth-peer.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(9);
});

const hash = new Uint8Array(32).fill(7);

async function connect(version: EthVersion, exchangeStatus = true): Promise<EthPeer> {
  const protocols = createEthProtocols(createGenesisChain(NETWORKS.sepolia, clock), [version]);
  return EthPeer.connect(protocols, version, { clock, random, exchangeStatus });
}

describe('before Status', () => {
  it('a peer that sends nothing is disconnected after 5 seconds', async () => {
    const { session } = await connect(69, false);
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: 'status-timeout',
      stage: 'status',
      disconnectReason: 'read timeout',
    });
  });

  it('any other message ends the session', async () => {
    const peer = await connect(69, false);
    peer.send({ name: 'Transactions', transactions: [] });
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'status-missing',
      disconnectReason: 'subprotocol error',
    });
  });

  it('a Status that does not decode ends the session', async () => {
    const peer = await connect(69, false);
    peer.sendRaw(ETH_CODES.Status, encodeRlp([69]));
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'malformed-message',
      stage: 'status',
    });
  });

  it('a "subprotocol error" right after a Status with another genesis block has the cause wrong-genesis', async () => {
    const peer = await connect(69, false);
    const status = await peer.readStatus();
    peer.send({ name: 'Status', status: { ...status, genesisHash: hash } });
    peer.disconnect(0x10);
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'wrong-genesis',
      by: 'remote',
      disconnectReason: 'subprotocol error',
    });
    expect(ethSessionOf(peer.session)?.remoteStatus?.genesisHash).toEqual(hash);
  });

  it('a "subprotocol error" after a Status whose fork ID we accept has the cause fork-refused', async () => {
    const peer = await connect(69, false);
    const status = await peer.readStatus();
    const forkId = { ...status.forkId, next: 99_999_999_999n };
    peer.send({ name: 'Status', status: { ...status, forkId } });
    await clock.advance(100);
    expect(peer.session.stage).toBe('running');
    peer.disconnect(0x10);
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'fork-refused', by: 'remote' });
  });

  it('a syncing peer that disconnects without headers has the cause no-chain-data, despite its older fork ID', async () => {
    const peer = await connect(69, false);
    const status = await peer.readStatus();
    const forkId = { ...status.forkId, next: 99_999_999_999n };
    peer.send({ name: 'Status', status: { ...status, forkId } });
    const query = { start: { number: 512n }, limit: 512n, skip: 0n, reverse: true };
    peer.send({ name: 'GetBlockHeaders', requestId: 7n, query });
    expect(await peer.read()).toEqual({ name: 'BlockHeaders', requestId: 7n, headers: [] });
    peer.disconnect(0x10);
    const cause = await clock.runUntil(peer.session.closed);
    expect(cause).toMatchObject({
      code: 'no-chain-data',
      by: 'remote',
      stage: 'running',
      disconnectReason: 'subprotocol error',
    });
    expect(endSentence(cause)).toMatch(/^It asked for headers that this node does not have/);
  });

  it('a peer that got its last answer has the cause that it sends', async () => {
    const peer = await connect(69);
    const query = { start: { number: 0n }, limit: 1n, skip: 0n, reverse: false };
    peer.send({ name: 'GetBlockHeaders', requestId: 6n, query: { ...query, start: { number: 9n } } });
    peer.send({ name: 'GetBlockHeaders', requestId: 7n, query });
    await peer.read();
    await peer.read();
    peer.disconnect(0x10);
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'subprotocol-error' });
  });
});

describe.each(ETH_VERSION_NUMBERS)('on eth/%i', (version) => {
  it('requests are answered from the chain, with their request ID', async () => {
    const peer = await connect(version);
    const query = { start: { number: 0n }, limit: 5n, skip: 0n, reverse: false };
    peer.send({ name: 'GetBlockHeaders', requestId: 1n, query });
    peer.send({ name: 'GetBlockHeaders', requestId: 2n, query: { ...query, start: { number: 9n } } });
    peer.send({ name: 'GetBlockBodies', requestId: 3n, hashes: [hash] });
    const hashes = [NETWORKS.sepolia.genesisHash];
    peer.send({ name: 'GetReceipts', requestId: 4n, firstIndex: 0n, hashes });
    peer.send({ name: 'GetPooledTransactions', requestId: 2n ** 64n - 1n, hashes: [hash] });
    expect(await peer.readAnswers(5)).toEqual([
      { name: 'BlockHeaders', requestId: 1n, headers: [NETWORKS.sepolia.genesisHeaderRlp] },
      { name: 'BlockHeaders', requestId: 2n, headers: [] },
      { name: 'BlockBodies', requestId: 3n, bodies: [] },
      { name: 'Receipts', requestId: 4n, lastIncomplete: false, blocks: [[]] },
      { name: 'PooledTransactions', requestId: 2n ** 64n - 1n, transactions: [] },
    ]);
    expect(peer.session.endCause).toBeUndefined();
  });

  it('transactions and their announcements are accepted and counted', async () => {
    const peer = await connect(version);
    peer.send({ name: 'Transactions', transactions: [encodeRlp([1, 2])] });
    peer.send({ name: 'NewPooledTransactionHashes', types: Uint8Array.of(2), sizes: [100], hashes: [hash] });
    await clock.advance(100);
    const label = `eth/${String(version)}`;
    for (const name of ['Transactions', 'NewPooledTransactionHashes']) {
      expect(peer.session.traffic.messages).toContainEqual(
        expect.objectContaining({ protocol: label, name, in: 1 }),
      );
    }
    expect(peer.session.endCause).toBeUndefined();
  });

  it('NewBlockHashes is accepted by eth/68 and ends the session of later versions', async () => {
    const peer = await connect(version);
    peer.send({ name: 'NewBlockHashes', blocks: [{ hash, number: 1n }] });
    await clock.advance(100);
    if (version === 68) expect(peer.session.endCause).toBeUndefined();
    else
      expect(peer.session.endCause).toMatchObject({
        code: 'obsolete-message',
        disconnectReason: 'subprotocol error',
      });
  });

  it.each([
    [
      'a second Status',
      'unexpected-status',
      (peer: EthPeer) => peer.send({ name: 'Status', status: ethSessionOf(peer.session)!.localStatus }),
    ],
    [
      'an unrequested answer',
      'unrequested-answer',
      (peer: EthPeer) => peer.send({ name: 'BlockHeaders', requestId: 1n, headers: [] }),
    ],
    [
      'a malformed request',
      'malformed-message',
      (peer: EthPeer) => peer.sendRaw(ETH_CODES.GetBlockBodies, encodeRlp([1, [1]])),
    ],
    ['an unused code', 'unknown-message', (peer: EthPeer) => peer.sendRaw(0x0b, encodeRlp([]))],
    [
      'a message above 10 MiB',
      'message-too-large',
      (peer: EthPeer) => peer.sendRaw(ETH_CODES.Transactions, new Uint8Array(10 * 1024 * 1024 + 1)),
    ],
  ] as const)('%s ends the session', async (_, code, act) => {
    const peer = await connect(version);
    await clock.advance(10);
    act(peer);
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code,
      by: 'local',
      stage: 'running',
      disconnectReason: 'subprotocol error',
    });
  });

  it('random messages do no more than end the session', async () => {
    for (let round = 0; round < 60; round++) {
      const peer = await connect(version, round % 3 !== 0);
      for (let turn = 0; turn < 5; turn++) peer.sendRaw(random.below(20), random.bytes(random.below(60)));
      const cause = await clock.runUntil(peer.session.closed);
      expect(cause.code).not.toBe('internal-error');
      peer.destroy();
      await clock.advance(10);
      expect(clock.pendingTimers).toBe(0);
    }
  });
});

describe('on eth/70', () => {
  it('receipts after the last one of a block are none, and complete', async () => {
    const peer = await connect(70);
    const hashes = [NETWORKS.sepolia.genesisHash];
    peer.send({ name: 'GetReceipts', requestId: 1n, firstIndex: 2n ** 64n - 1n, hashes });
    const answer = { name: 'Receipts', requestId: 1n, lastIncomplete: false, blocks: [[]] };
    expect(await peer.read()).toEqual(answer);
  });

  it('a request for block access lists ends the session', async () => {
    const peer = await connect(70);
    peer.sendRaw(ETH_CODES.GetBlockAccessLists, encodeRlp([1, [hash]]));
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'invalid-message-code',
      by: 'local',
    });
  });
});

describe('on eth/71', () => {
  it('block access lists are not available, each of the requested ones', async () => {
    const peer = await connect(71);
    const hashes = [NETWORKS.sepolia.genesisHash, hash];
    peer.send({ name: 'GetBlockAccessLists', requestId: 5n, hashes });
    expect(await peer.read()).toEqual({
      name: 'BlockAccessLists',
      requestId: 5n,
      lists: [undefined, undefined],
    });
    expect(peer.session.endCause).toBeUndefined();
  });

  it('a peer that disconnects without access lists has the cause no-chain-data', async () => {
    const peer = await connect(71);
    peer.send({ name: 'GetBlockAccessLists', requestId: 5n, hashes: [hash] });
    await peer.read();
    peer.disconnect(0x10);
    const cause = await clock.runUntil(peer.session.closed);
    expect(cause).toMatchObject({ code: 'no-chain-data', by: 'remote' });
    expect(endSentence(cause)).toMatch(/^It asked for block access lists that this node does not have/);
  });

  it('unrequested block access lists end the session', async () => {
    const peer = await connect(71);
    peer.send({ name: 'BlockAccessLists', requestId: 1n, lists: [undefined] });
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'unrequested-answer' });
  });
});

describe('on eth/68, whose Status has only the hash of the head', () => {
  const head = NETWORKS.mainnet;

  /** A peer with a head that we do not know, and our request for its header. */
  async function connectAhead(): Promise<{ peer: EthPeer; requestId: bigint }> {
    const peer = await connect(68, false);
    const status = await peer.readStatus();
    if (status.form !== 'total-difficulty') throw new Error('Status of eth/68 expected');
    peer.send({ name: 'Status', status: { ...status, headHash: head.genesisHash } });
    const request = await peer.read();
    if (request.name !== 'GetBlockHeaders') throw new Error('GetBlockHeaders');
    expect(request.query).toMatchObject({ start: { hash: head.genesisHash }, limit: 1n });
    return { peer, requestId: request.requestId };
  }

  it('the header of the head is requested once', async () => {
    const { peer, requestId } = await connectAhead();
    expect(ethSessionOf(peer.session)).toMatchObject({ latestBlock: undefined, requests: { open: 1 } });
    peer.send({ name: 'BlockHeaders', requestId, headers: [head.genesisHeaderRlp] });
    await clock.advance(60_000);
    expect(ethSessionOf(peer.session)).toMatchObject({
      latestBlock: 0n,
      requests: { open: 0, answered: 1, timedOut: 0 },
    });
  });

  it('a peer without that header stays connected', async () => {
    const { peer, requestId } = await connectAhead();
    peer.send({ name: 'BlockHeaders', requestId, headers: [] });
    await clock.advance(10);
    expect(ethSessionOf(peer.session)?.latestBlock).toBeUndefined();
    expect(peer.session.endCause).toBeUndefined();
  });

  it('another header ends the session, and costs reputation', async () => {
    const { peer, requestId } = await connectAhead();
    peer.send({ name: 'BlockHeaders', requestId, headers: [NETWORKS.sepolia.genesisHeaderRlp] });
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'bad-answer', by: 'local' });
    expect(peer.offences()).toEqual(['bad-answer']);
  });

  it('a missing answer costs reputation, and a late one costs nothing more', async () => {
    const { peer, requestId } = await connectAhead();
    await clock.advance(20_000);
    expect(peer.offences()).toEqual(['timeout']);
    peer.send({ name: 'BlockHeaders', requestId, headers: [] });
    await clock.advance(10);
    expect(peer.session.endCause).toBeUndefined();
    expect(ethSessionOf(peer.session)?.requests).toEqual({ open: 0, answered: 0, timedOut: 1 });
  });
});

describe('block range updates', () => {
  const update = (range: BlockRange): EthMessage => ({ name: 'BlockRangeUpdate', range });

  it('update the latest block of the peer', async () => {
    const peer = await connect(69);
    peer.send(update({ earliest: 5n, latest: 600n, latestHash: hash }));
    await clock.advance(10);
    expect(ethSessionOf(peer.session)).toMatchObject({ latestBlock: 600n, headHash: hash });
    expect(ethSessionOf(peer.session)?.remoteRange?.earliest).toBe(5n);
  });

  it.each([
    ['that ends before it begins', { earliest: 601n, latest: 600n, latestHash: hash }],
    ['without a hash', { earliest: 1n, latest: 600n, latestHash: new Uint8Array(32) }],
  ])('%s end the session', async (_, range) => {
    const peer = await connect(69);
    peer.send(update(range));
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({ code: 'invalid-block-range' });
  });
});
