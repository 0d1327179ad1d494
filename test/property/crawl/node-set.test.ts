import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeSetError } from '../../../src-main/crawl/errors.ts';
import { formatNodeSet, parseNodeSet } from '../../../src-main/crawl/node-set.ts';
import { crawled, setOf, signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const nodes = Array.from({ length: 8 }, (_, at) => signedNode(new SeededRandom(at), {}, BigInt(at) ** 21n));
const second = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000);
const entry = fc.record({
  node: fc.constantFrom(...nodes),
  score: fc.integer({ min: 0, max: 1_000_000 }),
  firstResponse: second,
  lastResponse: second,
  lastCheck: second,
});
const sets = fc.array(entry, { maxLength: 8 }).map((entries) => setOf(...entries));

describe('nodes.json', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(sets, (set) => {
        const read = parseNodeSet(formatNodeSet(set));
        expect(read.size).toBe(set.size);
        for (const [id, entry] of set) {
          const { score, firstResponse, lastResponse, lastCheck } = entry;
          expect(read.get(id)).toMatchObject({ score, firstResponse, lastResponse, lastCheck });
        }
        expect(formatNodeSet(read)).toBe(formatNodeSet(set));
      }),
      { numRuns: 60 },
    );
  });

  it('is refused with its own error, or read, whatever text comes', () => {
    const text = formatNodeSet(setOf(...nodes.map((node) => crawled(node))));
    const mutated = fc
      .record({ at: fc.nat(text.length), cut: fc.nat(20), put: fc.string({ maxLength: 12 }) })
      .map(({ at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (given) => {
        try {
          formatNodeSet(parseNodeSet(given));
        } catch (error) {
          expect(error).toBeInstanceOf(NodeSetError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
