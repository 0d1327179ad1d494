import { expect, it } from 'vitest';
import { pageAccess } from '../../../src-main/app/page-access.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const access = (address: string, token: string | undefined, admin: boolean) =>
  pageAccess({ address, token, admin }, new SeededRandom(1));

it('has a random token of 24 bytes, unless the user gives one', () => {
  const { token, warnings } = access('127.0.0.1', undefined, false);
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(warnings).toEqual([]);
  expect(access('::1', 'sixteen-letters!', false)).toEqual({
    token: 'sixteen-letters!',
    admin: true,
    warnings: [],
  });
});

it('has admin methods on loopback, and elsewhere only if the user enables them', () => {
  const on = (address: string, admin: boolean): boolean => access(address, undefined, admin).admin;
  expect([on('127.0.0.1', false), on('10.0.0.1', false), on('10.0.0.1', true)]).toEqual([true, false, true]);
});

it('warns of a page for other machines and of a short token', () => {
  expect(access('0.0.0.0', 'fifteen-letters', false).warnings).toEqual([
    expect.stringContaining('other machines'),
    expect.stringContaining('token is short'),
  ]);
});
