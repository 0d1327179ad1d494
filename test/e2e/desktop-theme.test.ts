import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { goTo } from '../support/window-steps.ts';
import type { OpenDesktop } from '../support/window.ts';

/* The theme that is chosen in the page, outside of it: the application's own, and that of the next window. */

const started = startedDesktops();
const open = (): Promise<OpenDesktop> => started.open('data', ['--hoodi', ...CONFINED_FLAGS]);

const themeOf = ({ app }: OpenDesktop): Promise<string> =>
  app.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
const backgroundOf = ({ app }: OpenDesktop): Promise<string | undefined> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBackgroundColor());

test.each([
  ['Light', '#F6F7F9'],
  ['Dark', '#0E1116'],
])('a chosen theme is that of the next window from its first moment: %s', async (name, background) => {
  const first = await open();
  expect(await themeOf(first)).toBe('system');
  await goTo(first.page, 'Settings');
  await first.page.getByRole('group', { name: 'Theme' }).getByText(name, { exact: true }).click();
  await eventually('the theme of the application', async () =>
    (await themeOf(first)) === name.toLowerCase() ? true : undefined,
  );
  await first.close();

  const second = await open();
  expect(await themeOf(second)).toBe(name.toLowerCase());
  expect(await backgroundOf(second)).toBe(background);
  expect(await second.page.locator('script[src*="theme.js"]').count()).toBe(0);
  expect(second.complaints).toEqual([]);
});
