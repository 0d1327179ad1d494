import type { App } from 'electron';
import { expect, test } from 'vitest';
import { isHiddenStart } from '../../../src-main/desktop/hidden-start.ts';

const startedBy = (openAtLogin: boolean, wasOpenedAtLogin: boolean): App =>
  ({ getLoginItemSettings: () => ({ openAtLogin, wasOpenedAtLogin }) }) as unknown as App;

test('a start with --hidden opens no window', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const)
    expect(isHiddenStart({ hidden: true }, startedBy(false, false), platform)).toBe(true);
});

test.each([
  ['by the login item', true, true, true],
  ['by the user', true, false, false],
  ['again after a login, without a login item', false, true, false],
])('a start on macOS %s', (_case, openAtLogin, wasOpenedAtLogin, hidden) => {
  expect(isHiddenStart({ hidden: false }, startedBy(openAtLogin, wasOpenedAtLogin), 'darwin')).toBe(hidden);
});

test('the login item of the other systems has --hidden itself', () => {
  expect(isHiddenStart({ hidden: false }, startedBy(true, true), 'win32')).toBe(false);
});
