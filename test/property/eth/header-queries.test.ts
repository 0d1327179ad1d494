import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CachedSource } from '../../../src-main/eth/cached-source.ts';
import type { HeaderQuery } from '../../../src-main/eth/messages.ts';
import { answerRequest } from '../../../src-main/eth/request-handler.ts';
import { unhex } from '../../support/hex.ts';
import { modelBlocks, ModelChain, type ModelBlock } from '../../support/model-chain.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Blocks of the chain, of branches that leave it, and the longest chain that they make. */
const LENGTH = 60;
const chain = modelBlocks(LENGTH);
const branches: readonly (readonly ModelBlock[])[] = [
  chain,
  ...[10, 50, 58].map((fork, index) => [
    ...chain.slice(0, fork),
    ...modelBlocks(LENGTH - fork, index + 1, chain[fork - 1]),
  ]),
];
const everyHash = branches.flat().map(({ hash }) => hash);

const number = fc.oneof(
  fc.bigInt({ min: 0n, max: BigInt(LENGTH + 3) }),
  fc.constantFrom(2n ** 63n, 2n ** 64n - 1n),
);
const start = fc.oneof(
  fc.record({ number }),
  fc.record({ hash: fc.constantFrom(...everyHash, new Uint8Array(32)) }),
);
const limit = fc.oneof(fc.bigInt({ min: 0n, max: 70n }), fc.constantFrom(1_024n, 1_025n, 2n ** 64n - 1n));
const skip = fc.oneof(fc.bigInt({ min: 0n, max: 6n }), fc.constantFrom(2n ** 63n, 2n ** 64n - 1n));
const query: fc.Arbitrary<HeaderQuery> = fc.record({ start, limit, skip, reverse: fc.boolean() });
const limits = fc.record({
  items: fc.integer({ min: 1, max: 70 }),
  bytes: fc.integer({ min: 1, max: 40_000 }),
});
/** A query, or the chain that there is from now on: a branch and its length. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ query, limits }) },
  {
    weight: 1,
    arbitrary: fc.record({
      branch: fc.constantFrom(...branches),
      length: fc.integer({ min: 1, max: LENGTH }),
    }),
  },
);

describe('header queries', () => {
  it('are answered from the cache as the source answers them, while the chain grows and is reorganised', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isSmall) => {
        const model = new ModelChain(chain.slice(0, 20));
        const cached = new CachedSource(model, isSmall ? 30_000 : 2 ** 20);
        for (const next of steps) {
          if ('branch' in next) {
            model.blocks = next.branch.slice(0, next.length);
            continue;
          }
          const expected = await model.headers(next.query, next.limits);
          const answer = await cached.headers(next.query, next.limits);
          expect(answer.map(unhex)).toEqual(expected.map(unhex));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are answered in steps of skip + 1 from their start, by number and by hash, in both directions', async () => {
    const source = new CachedSource(new ModelChain(chain), 2 ** 20);
    const from = {
      ...({ chain: source, transactions: undefined, version: 69, peer: 'aa' } as const),
      clock: new VirtualClock(),
    };
    await fc.assert(
      fc.asyncProperty(query, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), async (asked, requestId) => {
        const answer = await answerRequest({ name: 'GetBlockHeaders', requestId, query: asked }, from);
        if (answer.name !== 'BlockHeaders') throw new Error('BlockHeaders expected');
        expect(answer.requestId).toBe(requestId);
        const count = asked.limit < 1_024n ? asked.limit : 1_024n;
        expect(BigInt(answer.headers.length)).toBeLessThanOrEqual(count);
        const first =
          'hash' in asked.start
            ? chain.findIndex(
                (block) => unhex(block.hash) === unhex((asked.start as { hash: Uint8Array }).hash),
              )
            : Number(asked.start.number);
        const numbers: number[] = [];
        for (let index = 0; index < count; index++) {
          const at = first + (asked.reverse ? -index : index) * (Number(asked.skip) + 1);
          if (first < 0 || at < 0 || at >= LENGTH) break;
          numbers.push(at);
        }
        expect(answer.headers.map(unhex)).toEqual(numbers.map((at) => unhex(chain[at]!.header)));
      }),
      { numRuns: 1_000 },
    );
  });
});
