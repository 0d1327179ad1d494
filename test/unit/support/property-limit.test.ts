import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitProperties } from '../../support/property-limit.ts';

/** Much longer than a loaded machine stands still. */
const LIMIT_MS = 1_200;

const never = (): Promise<boolean> => new Promise(() => undefined);

test('a failing property that hangs while it shrinks shows the smallest case until then', async () => {
  let runs = 0;
  const hangs = fc.asyncProperty(fc.integer({ min: 1 }), (value) =>
    ++runs > 3 ? never() : Promise.resolve(value < 5),
  );
  limitProperties(LIMIT_MS);
  await expect(fc.assert(hangs, { examples: [[9]] })).rejects.toThrow(
    /^Property failed after 1 tests\n.*\nCounterexample: \[5\]\nShrunk 1 time\(s\)/,
  );
});

test('a failing property that shrinks slowly shows the smallest case until then', () => {
  limitProperties(LIMIT_MS);
  const started = performance.now();
  const slow = fc.property(fc.array(fc.nat()), () => {
    while (performance.now() - started < LIMIT_MS * 0.9);
    return false;
  });
  expect(() => {
    fc.assert(slow, { examples: [[[7, 8, 9]]] });
  }).toThrow(/^Property failed after 1 tests\n.*\nCounterexample: \[\[7,8,9\]\]\nShrunk 0 time\(s\)/);
});

test('a property that is interrupted has failed', async () => {
  let runs = 0;
  limitProperties(LIMIT_MS);
  await expect(
    fc.assert(fc.asyncProperty(fc.nat(), () => (++runs < 3 ? Promise.resolve(true) : never()))),
  ).rejects.toThrow('Property interrupted after 2 tests');
});

test('the properties of a test share its time', () => {
  limitProperties(LIMIT_MS);
  const passes = fc.property(fc.nat(), () => true);
  const started = performance.now();
  while (performance.now() - started < LIMIT_MS * 0.9);
  expect(() => {
    fc.assert(passes);
  }).toThrow('Property interrupted after 0 tests');
});

test('each test has a limit of its own', () => {
  fc.assert(fc.property(fc.nat(), () => true));
});

test('without a time limit, properties have none', () => {
  limitProperties(0);
  fc.assert(fc.property(fc.nat(), () => true));
});
