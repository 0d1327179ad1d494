import { expect, test, vi } from 'vitest';
import { perObject } from '../../../src-main/base/per-object.ts';

test('a value is made once for each object, not for each equal one', () => {
  const make = vi.fn((key: { readonly name: string }) => ({ made: key.name }));
  const of = perObject(make);
  const [first, second] = [{ name: 'a' }, { name: 'a' }];
  expect(of(first)).toBe(of(first));
  expect(of(second)).not.toBe(of(first));
  expect(of(second)).toEqual({ made: 'a' });
  expect(make).toHaveBeenCalledTimes(2);
});
