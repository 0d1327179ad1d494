import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameValue } from '../../../src-main/api/same-value.ts';

test('two values are the same exactly when their JSON is', () => {
  // Sorted keys, because the order of keys changes the JSON text but not the comparison.
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const text = (value: unknown): string => JSON.stringify(value, sorted);
  const small = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(sameValue(a, b)).toBe(text(a) === text(b));
      expect(sameValue(a, JSON.parse(JSON.stringify(a)))).toBe(true);
    }),
  );
});

test.each([
  [[], {}],
  [null, {}],
  [[1], [1, 2]],
  [{ a: 1 }, {}],
  [{}, { a: 1 }],
  [{ a: { b: [1] } }, { a: { b: [2] } }],
  ['1', 1],
])('%j and %j differ', (a, b) => {
  expect(sameValue(a, b)).toBe(false);
  expect(sameValue(b, a)).toBe(false);
});

test('an absent property and an undefined one are the same', () => {
  expect(sameValue({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(true);
});
