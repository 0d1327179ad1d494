import { beforeEach, describe, expect, it } from 'vitest';
import { CachedSource } from '../../../src-main/eth/cached-source.ts';
import type { ChainSource } from '../../../src-main/eth/chain-source.ts';
import type { HeaderQuery } from '../../../src-main/eth/messages.ts';
import { unhex } from '../../support/hex.ts';
import { modelBlocks, ModelChain, type ModelBlock } from '../../support/model-chain.ts';

const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };
const blocks = modelBlocks(20);
const unknown = new Uint8Array(32).fill(9);

let model: ModelChain;
let cached: CachedSource;

beforeEach(() => {
  model = new ModelChain(blocks.slice(0, 10));
  cached = new CachedSource(model, 1024 * 1024);
});

const byNumber = (number: number, limit = 1): HeaderQuery => ({
  ...{ start: { number: BigInt(number) }, limit: BigInt(limit) },
  ...{ skip: 0n, reverse: false },
});
const byHash = (block: ModelBlock, limit = 1): HeaderQuery => ({ ...byNumber(0, limit), start: block });
const hashesOf = (...numbers: number[]): Uint8Array[] => numbers.map((number) => blocks[number]!.hash);
const bodiesOf = (...numbers: number[]) => numbers.map((number) => blocks[number]!.body);

async function numbersOf(query: HeaderQuery): Promise<number[]> {
  const headers = await cached.headers(query, LIMITS);
  return headers.map((header) => blocks.findIndex((block) => unhex(block.header) === unhex(header)));
}

describe('headers', () => {
  it('are fetched once, and found by number and by hash from then on', async () => {
    expect(await numbersOf(byNumber(2, 5))).toEqual([2, 3, 4, 5, 6]);
    expect(await numbersOf(byNumber(3, 2))).toEqual([3, 4]);
    expect(await numbersOf(byHash(blocks[5]!, 2))).toEqual([5, 6]);
    expect(await numbersOf({ ...byNumber(6, 2), skip: 1n, reverse: true })).toEqual([6, 4]);
    expect(model.calls.headers).toBe(1);
    expect(cached.counts.headers).toEqual({ hits: 6, misses: 5 });
  });

  it('above the head are known to be missing', async () => {
    expect(await numbersOf(byNumber(8, 5))).toEqual([8, 9]);
    expect(await numbersOf(byNumber(8, 192))).toEqual([8, 9]);
    expect(await numbersOf(byNumber(10))).toEqual([]);
    expect(model.calls.headers).toBe(1);
  });

  it('come from the source when one is not cached', async () => {
    await numbersOf(byNumber(2, 3));
    expect(await numbersOf(byNumber(2, 4))).toEqual([2, 3, 4, 5]);
    expect(model.calls.headers).toBe(2);
  });

  it('stay known by number while the chain grows', async () => {
    await numbersOf(byNumber(0, 10));
    model.blocks = blocks.slice(0, 13);
    expect(await numbersOf(byNumber(9))).toEqual([9]);
    const calls = model.calls.headers;
    expect(await numbersOf(byNumber(5, 8))).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(model.calls.headers).toBe(calls);
  });

  it('are read from the source until the new head is known to descend from the old one', async () => {
    await numbersOf(byNumber(0, 10));
    model.blocks = blocks.slice(0, 13);
    let answer: () => void = () => undefined;
    model.delay = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const headers = numbersOf(byNumber(1));
    expect(model.calls.headers).toBe(3);
    answer();
    expect(await headers).toEqual([1]);
  });

  it.each([
    ['longer', 6],
    ['as long', 4],
    ['shorter', 2],
  ])(
    'by number are those of the new chain after a reorganisation to a chain that is %s',
    async (_, length) => {
      await numbersOf(byNumber(0, 10));
      const branch = modelBlocks(length, 1, blocks[5]);
      model.blocks = [...blocks.slice(0, 6), ...branch];
      for (let round = 0; round < 3; round++) {
        const headers = await cached.headers(byNumber(5, 3), LIMITS);
        expect(headers.map(unhex)).toEqual(
          [blocks[5]!, ...branch].slice(0, 3).map(({ header }) => unhex(header)),
        );
      }
      expect(await numbersOf(byHash(blocks[8]!))).toEqual([8]);
    },
  );

  it('after a block that left the chain are not taken from the new chain', async () => {
    await numbersOf(byNumber(0, 10));
    const branch = modelBlocks(6, 1, blocks[5]);
    model.blocks = [...blocks.slice(0, 6), ...branch];
    expect(await numbersOf(byHash(blocks[8]!, 3))).toEqual([8]);
  });

  it('that are asked for by many at the same time are fetched once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => numbersOf(byNumber(0, 4))));
    expect(answers).toEqual(answers.map(() => [0, 1, 2, 3]));
    expect(model.calls.headers).toBe(1);
  });
});

describe('bodies', () => {
  it('are fetched once each', async () => {
    expect(await cached.bodies(hashesOf(1, 2), LIMITS)).toEqual(bodiesOf(1, 2));
    expect(await cached.bodies(hashesOf(1, 3, 2), LIMITS)).toEqual(bodiesOf(1, 3, 2));
    expect(await cached.bodies(hashesOf(3, 3), LIMITS)).toEqual(bodiesOf(3, 3));
    expect(model.calls.bodies).toBe(2);
    expect(cached.counts.bodies).toEqual({ hits: 4, misses: 3 });
  });

  it('end with the first missing one, also when later ones are cached', async () => {
    await cached.bodies(hashesOf(1, 2), LIMITS);
    const hashes = [...hashesOf(1), unknown, ...hashesOf(2)];
    expect(await cached.bodies(hashes, LIMITS)).toEqual(bodiesOf(1));
  });

  it('keep to the limits, cached or not', async () => {
    for (let round = 0; round < 2; round++) {
      expect(await cached.bodies(hashesOf(1, 2, 3), { ...LIMITS, items: 2 })).toEqual(bodiesOf(1, 2));
      expect(await cached.bodies(hashesOf(1, 2, 3), { ...LIMITS, bytes: 1 })).toEqual(bodiesOf(1));
    }
  });

  it('of the same blocks that are asked for by many at the same time are fetched once', async () => {
    const hashes = hashesOf(4, 5);
    const answers = await Promise.all(Array.from({ length: 50 }, () => cached.bodies(hashes, LIMITS)));
    expect(answers).toEqual(answers.map(() => bodiesOf(4, 5)));
    expect(model.calls.bodies).toBe(1);
  });
});

/** The functions of a model, some of which a test replaces. */
const sourceOf = (of: ModelChain): ChainSource => ({
  ...{ networkId: 1n, genesisHash: unknown, forkFilter: () => 'ok' },
  ...{ forkId: () => of.forkId(), range: () => of.range(), totalDifficulty: () => 0n },
  headers: (query, limits) => of.headers(query, limits),
  bodies: (hashes, limits) => of.bodies(hashes, limits),
  receipts: (hashes, limits) => of.receipts(hashes, limits),
  accessLists: (hashes) => of.accessLists(hashes),
});

describe('receipts', () => {
  it('are fetched once, also for many at the same time', async () => {
    const hashes = hashesOf(3, 4);
    const expected = [3, 4].map((number) => blocks[number]!.receipts);
    const answers = await Promise.all(Array.from({ length: 50 }, () => cached.receipts(hashes, LIMITS)));
    expect(answers).toEqual(answers.map(() => expected));
    expect(await cached.receipts(hashes, LIMITS)).toEqual(expected);
    expect(model.calls.receipts).toBe(1);
    expect(cached.counts.receipts).toEqual({ hits: 2, misses: 100 });
  });

  it('are fetched for the blocks without cached ones only, and keep to the limits', async () => {
    const asked: number[] = [];
    const source: ChainSource = {
      ...sourceOf(model),
      receipts: (hashes, limits) => {
        asked.push(hashes.length);
        return model.receipts(hashes, limits);
      },
    };
    cached = new CachedSource(source, 1024 * 1024);
    await cached.receipts(hashesOf(2), LIMITS);
    expect(await cached.receipts(hashesOf(1, 2, 3), LIMITS)).toHaveLength(3);
    expect(asked).toEqual([1, 2]);
    expect(await cached.receipts(hashesOf(1, 2, 3), { ...LIMITS, items: 2 })).toHaveLength(2);
    expect(await cached.receipts(hashesOf(1, 2, 3), { ...LIMITS, bytes: 1 })).toHaveLength(1);
    expect(await cached.receipts([...hashesOf(1), unknown, ...hashesOf(2)], LIMITS)).toHaveLength(1);
  });

  it('that are missing are looked up again', async () => {
    expect(await cached.receipts([unknown], LIMITS)).toEqual([]);
    expect(await cached.receipts([unknown], LIMITS)).toEqual([]);
    expect(model.calls.receipts).toBe(2);
    expect(cached.counts.receipts).toEqual({ hits: 0, misses: 0 });
  });
});

describe('a call of the source', () => {
  it('is charged to the peer that asks, and one for several peers to the first', async () => {
    const peers: (string | undefined)[] = [];
    const source: ChainSource = {
      ...sourceOf(model),
      headers: (query, limits, peer) => (peers.push(peer), model.headers(query, limits)),
      bodies: (hashes, limits, peer) => (peers.push(peer), model.bodies(hashes, limits)),
      receipts: (hashes, limits, peer) => (peers.push(peer), model.receipts(hashes, limits)),
      accessLists: (hashes, limits, peer) => (peers.push(peer), model.accessLists(hashes)),
    };
    cached = new CachedSource(source, 1024 * 1024);
    await Promise.all(['a', 'b'].map((peer) => cached.headers(byNumber(1), LIMITS, peer)));
    await Promise.all(['c', 'd'].map((peer) => cached.bodies(hashesOf(1), LIMITS, peer)));
    await Promise.all(['e', 'f'].map((peer) => cached.receipts(hashesOf(1), LIMITS, peer)));
    await cached.accessLists(hashesOf(1), LIMITS, 'g');
    expect(peers).toEqual(['a', 'c', 'e', 'g']);
  });
});

describe('a cache', () => {
  it('holds no more than its bytes, and forgets what was used least recently', async () => {
    const bound = 20_000;
    cached = new CachedSource(model, bound);
    const all = blocks.slice(0, 10);
    for (const { hash, number } of all) {
      await cached.headers(byNumber(Number(number)), LIMITS);
      await cached.bodies([hash], LIMITS);
      await cached.receipts([hash], LIMITS);
      await cached.headers(byNumber(0), LIMITS);
      expect(cached.bytes).toBeLessThanOrEqual(bound);
    }
    expect(cached.bytes).toBeGreaterThan(bound / 4);
    const calls = model.calls.headers;
    await cached.headers(byNumber(0), LIMITS);
    expect(model.calls.headers).toBe(calls);
    await cached.headers(byNumber(1), LIMITS);
    expect(model.calls.headers).toBe(calls + 1);
  });

  it('keeps nothing of a call that failed', async () => {
    model.delay = () => Promise.reject(new Error('away'));
    await expect(cached.headers(byNumber(1), LIMITS)).rejects.toThrow('away');
    await expect(cached.bodies(hashesOf(1), LIMITS)).rejects.toThrow('away');
    await expect(cached.receipts([unknown], LIMITS)).rejects.toThrow('away');
    model.delay = () => Promise.resolve();
    expect(await numbersOf(byNumber(1))).toEqual([1]);
    expect(await cached.bodies(hashesOf(1), LIMITS)).toEqual(bodiesOf(1));
  });

  it('forgets the numbers when the source fails as its head changes', async () => {
    await numbersOf(byNumber(0, 10));
    model.blocks = blocks.slice(0, 11);
    model.delay = () => Promise.reject(new Error('away'));
    await expect(cached.headers(byNumber(1), LIMITS)).rejects.toThrow('away');
    await expect(cached.headers(byNumber(1), LIMITS)).rejects.toThrow('away');
    model.delay = () => Promise.resolve();
    expect(await numbersOf(byNumber(1))).toEqual([1]);
  });

  it('says of the chain what the source says', () => {
    expect(cached.range()).toEqual(model.range());
    expect(cached.forkId()).toEqual(model.forkId());
    expect(cached.totalDifficulty()).toBe(model.totalDifficulty());
    expect(cached).toMatchObject({ networkId: model.networkId, genesisHash: model.genesisHash });
    const listeners: (() => void)[] = [];
    // A source that never changes has no `onChange`.
    cached.onChange(() => undefined)();
    Object.assign(model, {
      onChange: (listener: () => void) => {
        listeners.push(listener);
        return () => listeners.pop();
      },
    });
    const stop = cached.onChange(() => undefined);
    expect(listeners).toHaveLength(1);
    stop();
    expect(listeners).toHaveLength(0);
  });
});
