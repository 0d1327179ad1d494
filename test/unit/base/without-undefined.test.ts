import { expect, it } from 'vitest';
import { withoutUndefined } from '../../../src-main/base/without-undefined.ts';

it('members without a value are left out; null, false and 0 are values', () => {
  const rest = withoutUndefined({ a: undefined, b: null, c: false, d: 0 });
  expect(Object.keys(rest)).toEqual(['b', 'c', 'd']);
});
