import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Licences {
  judgeLicence: (name: string, expression: string) => { readonly allowed: boolean; readonly why?: string };
}
const file = resolve(import.meta.dirname, '../../../build/package/licences.mjs');
const { judgeLicence } = (await import(pathToFileURL(file).href)) as Licences;

describe('the licence of a packed package', () => {
  test.each(['MIT', 'ISC', '(MIT OR GPL-3.0)', '(MIT AND BSD-3-Clause)', 'GPL-2.0 OR Apache-2.0'])(
    'is allowed: %s',
    (expression) => {
      expect(judgeLicence('any', expression)).toEqual({ allowed: true });
    },
  );

  test.each(['GPL-3.0', 'MPL-2.0', '(MIT AND GPL-3.0)', 'UNKNOWN', 'Custom: LICENSE', 'MIT*', ''])(
    'is refused: %s',
    (expression) => {
      expect(judgeLicence('any', expression)).toEqual({ allowed: false });
    },
  );

  test('is an exception for the named packages and the named licence only', () => {
    expect(judgeLicence('@ethereumjs/rlp', 'MPL-2.0')).toEqual({
      allowed: true,
      why: expect.stringContaining('unchanged') as string,
    });
    expect(judgeLicence('@ethereumjs/rlp', 'GPL-3.0')).toEqual({ allowed: false });
    expect(judgeLicence('not-@ethereumjs/rlp', 'MPL-2.0')).toEqual({ allowed: false });
  });
});
