import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { hashedTrieRoot, listRoot } from '../../../src-main/chain/list-root.ts';

async function rootByMpt(items: readonly Uint8Array[]): Promise<Uint8Array> {
  const trie = await createMPT({ useKeyHashingFunction: (bytes) => keccak256(bytes) });
  for (const [at, item] of items.entries()) await trie.put(RLP.encode(at), item);
  return trie.root();
}

test('the root of a list is that of @ethereumjs/mpt', async () => {
  const item = fc.uint8Array({ minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 40 }), async (items) => {
      expect(listRoot(items)).toEqual(await rootByMpt(items));
    }),
    { numRuns: 100 },
  );
});

test.each([1, 2, 16, 17, 127, 128, 129, 255, 256, 257, 600])('also with %d items', async (count) => {
  const items = Array.from({ length: count }, (_, at) => keccak256(Uint8Array.of(at & 0xff, at >> 8)));
  expect(listRoot(items)).toEqual(await rootByMpt(items));
});

test('the root of a trie with hashed keys is that of @ethereumjs/mpt', async () => {
  const entry = fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 1, maxLength: 60 }));
  const entries = fc.uniqueArray(entry, { maxLength: 60, selector: ([key]) => key.join() });
  await fc.assert(
    fc.asyncProperty(entries, async (pairs) => {
      const trie = await createMPT({
        useKeyHashing: true,
        useKeyHashingFunction: (bytes) => keccak256(bytes),
      });
      for (const [key, value] of pairs) await trie.put(key, value);
      expect(hashedTrieRoot(pairs)).toEqual(trie.root());
    }),
    { numRuns: 100 },
  );
});
