import { beforeAll, describe, expect, test } from 'vitest';
import { headerOf, verifyBlock, type ChainEnd } from '../../../src-main/archive/verify-block.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { DEMO_WALLETS, TRANSFER_TOPIC } from '../../../src-main/demo/accounts.ts';
import type { DemoBlock } from '../../../src-main/demo/blocks.ts';
import { createDemoSource, DemoChain, HISTORY_BLOCKS } from '../../../src-main/demo/chain.ts';
import { DEMO_CHAIN } from '../../../src-main/demo/network.ts';
import { signPayment } from '../../../src-main/demo/payments.ts';
import { DemoState } from '../../../src-main/demo/state.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import { encodeBlockReceipts } from '../../../src-main/eth/receipts.ts';
import { unhex } from '../../support/hex.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };
const SLOT_MS = 12_000;

let chain: DemoChain;
beforeAll(() => {
  chain = new DemoChain();
});

const items = (each: readonly Uint8Array[] = []): readonly RawRlp[] => each.map((item) => new RawRlp(item));
const blocksOf = (of: DemoChain): readonly DemoBlock[] =>
  Array.from({ length: Number(of.head.header.number - of.earliest) + 1 }, (_, at) =>
    of.at(of.earliest + BigInt(at))!,
  );

/** Verifies a chain from genesis as an archive does. */
function verify(blocks: readonly DemoBlock[]): void {
  let parent: ChainEnd | undefined;
  for (const { encoded: header, body, receipts } of blocks) {
    const block = {
      ...{ file: 'demo', header, totalDifficulty: undefined, fraction: 0 },
      body: encodeRlp([items(body.transactions), items(body.ommers), items(body.withdrawals)]),
      receipts: { form: 'flat' as const, encoded: encodeRlp(encodeBlockReceipts('flat', receipts)) },
    };
    parent = verifyBlock(block, headerOf(block), parent);
  }
}

describe('the chain of the demo', () => {
  test('is the same at every start, and verified from genesis with bodies and receipts', () => {
    verify(blocksOf(chain));
    expect(chain.head.header.number).toBe(BigInt(HISTORY_BLOCKS));
    expect(unhex(chain.head.header.hash)).toBe(
      '0x26577598059458c77f8fdc665157585d0f7a65d383b35852b606b8ff5ea5d90e',
    );
  });

  test('begins with the accounts of its state', () => {
    expect(decodeHeader(DEMO_CHAIN.genesisHeaderRlp).stateRoot).toEqual(new DemoState().root());
  });

  test('has blocks before and after Cancun, with payments of ether and of tokens', () => {
    const blocks = blocksOf(chain);
    const isCancun = ({ header }: DemoBlock): boolean => header.excessBlobGas !== undefined;
    const [before, after] = [blocks.filter((block) => !isCancun(block)), blocks.filter(isCancun)];
    expect(Math.min(before.length, after.length)).toBeGreaterThan(40);
    const receipts = blocks.flatMap((block) => block.receipts);
    const transfers = receipts
      .flatMap(({ logs }) => logs)
      .filter(({ topics }) => topics[0] === TRANSFER_TOPIC);
    expect(receipts.length).toBeGreaterThan(100);
    expect(transfers.length).toBeGreaterThan(40);
    expect(transfers.length).toBeLessThan(receipts.length);
  });

  test('gets a block at once and in each slot, with what is pending, until the scope closes', async () => {
    const growing = new DemoChain();
    const clock = new VirtualClock();
    const scope = new Scope(clock);
    const [from, to] = DEMO_WALLETS;
    const { nonce } = growing.state.account(from!.address);
    const pay = (at: bigint) =>
      signPayment({ from: from!, to: to!, nonce: nonce + at, amount: 5n, asset: 'token' });
    growing.grow(clock, scope, () => [pay(0n), pay(1n), pay(7n)]);
    const first = growing.head;
    expect(first.header.number).toBe(BigInt(HISTORY_BLOCKS + 1));
    expect(Number(first.header.time) * 1_000).toBeGreaterThan(clock.now() - SLOT_MS);
    // The last one has a nonce that is not next, and both others are no longer valid in the second block.
    expect(first.body.transactions).toHaveLength(2);
    await clock.advance(3 * SLOT_MS);
    expect(growing.head.header.number).toBe(first.header.number + 3n);
    expect(growing.head.header.time).toBe(first.header.time + 36n);
    expect(growing.head.body.transactions).toEqual([]);
    verify(blocksOf(growing));
    scope.close();
    await clock.advance(3 * SLOT_MS);
    expect(growing.head.header.number).toBe(first.header.number + 3n);
  });

  test('goes on where the clock is before its history', () => {
    const growing = new DemoChain();
    const before = growing.head.header;
    const clock = new VirtualClock(0);
    const scope = new Scope(clock);
    growing.grow(clock, scope, () => []);
    scope.close();
    expect(growing.head.header.time).toBe(before.time + 12n);
  });

  test('forgets its first blocks when it is long', async () => {
    const long = new DemoChain(100);
    expect(long.earliest).toBe(BigInt(HISTORY_BLOCKS - 99));
    expect(long.at(long.earliest - 1n)).toBeUndefined();
    expect(long.byHash(DEMO_CHAIN.genesisHash)).toBeUndefined();
    const source = createDemoSource(long, DEMO_CHAIN, 0n);
    expect(source.range().earliest).toBe(long.earliest);
    expect(await source.bodies([DEMO_CHAIN.genesisHash], LIMITS)).toEqual([]);
  });
});

describe('a source of the chain', () => {
  const numbers = async (
    lag: bigint,
    start: bigint | Uint8Array,
    { limit = 3n, skip = 0n, reverse = false, limits = LIMITS } = {},
  ): Promise<readonly number[]> => {
    const from = typeof start === 'bigint' ? { number: start } : { hash: start };
    const source = createDemoSource(chain, DEMO_CHAIN, lag);
    const headers = await source.headers({ start: from, limit, skip, reverse }, limits);
    return headers.map((header) => Number(decodeHeader(header).number));
  };

  test('gives headers of a query', async () => {
    expect(await numbers(0n, 5n)).toEqual([5, 6, 7]);
    expect(await numbers(0n, chain.at(5n)!.header.hash, { skip: 1n })).toEqual([5, 7, 9]);
    expect(await numbers(0n, 1n, { reverse: true })).toEqual([1, 0]);
    expect(await numbers(0n, 127n)).toEqual([127, 128]);
    expect(await numbers(0n, 129n)).toEqual([]);
    expect(await numbers(0n, 5n, { skip: 2n ** 64n - 1n })).toEqual([5]);
    expect(await numbers(0n, new Uint8Array(32))).toEqual([]);
    expect(await numbers(0n, 5n, { limits: { ...LIMITS, items: 2 } })).toEqual([5, 6]);
    expect(await numbers(0n, 5n, { limits: { ...LIMITS, bytes: 1 } })).toEqual([5]);
  });

  test('gives bodies and receipts, up to the first missing block', async () => {
    const source = createDemoSource(chain, DEMO_CHAIN, 0n);
    const hashes = [5n, 6n].map((number) => chain.at(number)!.header.hash);
    const wanted = [hashes[0]!, new Uint8Array(32), hashes[1]!];
    expect(await source.bodies(wanted, LIMITS)).toEqual([chain.at(5n)!.body]);
    expect(await source.receipts(wanted, LIMITS)).toEqual([chain.at(5n)!.receipts]);
    expect(await source.accessLists(hashes, LIMITS)).toEqual([undefined, undefined]);
  });

  test('that lags has no later block', async () => {
    const source = createDemoSource(chain, DEMO_CHAIN, 41n);
    const { number, hash } = chain.at(87n)!.header;
    expect(source.range()).toEqual({ earliest: 0n, latest: number, latestHash: hash });
    expect(await numbers(41n, 86n)).toEqual([86, 87]);
    const { hash: later } = chain.at(88n)!.header;
    expect(await numbers(41n, later)).toEqual([]);
    expect(await source.bodies([later], LIMITS)).toEqual([]);
    expect(await source.receipts([later], LIMITS)).toEqual([]);
  });
});
