import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { DesktopBridge } from '../../shared/api-channels.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { takePicture, type OpenDesktop } from '../support/window.ts';

/* The choice at the first start in the desktop application. */

/** The settings of CONFINED_FLAGS. The choice of a network changes none of them. */
const CONFINED = {
  nat: 'none',
  netRestrict: ['127.0.0.0/8', '::1/128'],
  bootnodes: [],
  discoveryDns: [],
  addresses: ['127.0.0.1'],
};

const started = startedDesktops();
const start = (): Promise<OpenDesktop> => started.open('data', CONFINED_FLAGS);

const dialogIn = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'Which network should this node join?' });

async function shownDialog(page: Page): Promise<Locator> {
  const dialog = dialogIn(page);
  await dialog.getByText('is free for TCP and UDP').waitFor();
  return dialog;
}

/** The sidebar is hidden from assistive technology while a dialog is open. */
const shownPhase = (page: Page, phase: 'Running' | 'Stopped'): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Views', includeHidden: true })
    .getByText(phase, { exact: true })
    .waitFor();

async function savedSettings(): Promise<unknown> {
  return JSON.parse(await readFile(started.path('data', 'settings.json'), 'utf8'));
}

/** The effective values of the settings that keep the node on loopback, and the one source that all of them have. */
async function confinement(page: Page): Promise<unknown> {
  const views = await page.evaluate(
    () =>
      new Promise<readonly SettingView[]>((resolve) => {
        const { enodeck } = globalThis as unknown as { enodeck: DesktopBridge };
        enodeck.subscribe('settings', {}, (text) => {
          resolve((JSON.parse(text) as { data: readonly SettingView[] }).data);
        });
      }),
  );
  const confined = views.filter(({ key }) => Object.hasOwn(CONFINED, key));
  expect([...new Set(confined.map(({ source }) => source))]).toEqual(['flag']);
  return Object.fromEntries(confined.map(({ key, value }) => [key, value]));
}

describe('the first start', () => {
  test('asks before the node starts, takes the keyboard, saves the answer, and never asks again', async () => {
    const first = await start();
    const { page, complaints } = first;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const dialog = await shownDialog(page);
    await shownPhase(page, 'Stopped');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expectAccessible(page);
      await takePicture(page, `first-start-${colorScheme}`);
    }
    const mainnet = dialog.getByRole('radio', { name: 'mainnet' });
    await page.keyboard.press('ArrowRight');
    await dialog.getByRole('button', { name: 'Start on sepolia' }).waitFor();
    await dialog.getByText('Enodeck restarts on sepolia.').waitFor();
    await page.keyboard.press('ArrowLeft');
    expect(await mainnet.evaluate((radio) => radio.matches(':focus:checked'))).toBe(true);
    // A click beside it is no answer.
    await page.mouse.click(4, 4);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await shownPhase(page, 'Running');
    expect(await confinement(page)).toEqual(CONFINED);
    expect(await savedSettings()).toEqual({ version: 2, network: 'mainnet' });
    expect(complaints).toEqual([]);
    await first.close();
    const again = await start();
    await shownPhase(again.page, 'Running');
    expect(await dialogIn(again.page).count()).toBe(0);
  });

  test('asks again after no answer, but not after Escape, which leaves the node stopped', async () => {
    const first = await start();
    await shownDialog(first.page);
    await first.close();
    const second = await start();
    const { page } = second;
    const dialog = await shownDialog(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await shownPhase(page, 'Stopped');
    await expect(savedSettings()).rejects.toMatchObject({ code: 'ENOENT' });
    await second.close();
    const again = await start();
    await shownPhase(again.page, 'Running');
    expect(await dialogIn(again.page).count()).toBe(0);
    expect(await confinement(again.page)).toEqual(CONFINED);
  });

  test('restarts with the same flags for another network, and joins it then', async () => {
    const { app, page } = await start();
    const dialog = await shownDialog(page);
    const relaunch = started.path('relaunch.json');
    // Playwright does not follow a new process: the test starts it.
    await app.evaluate(({ app: electron }, file) => {
      electron.relaunch = (options) => {
        process.getBuiltinModule('node:fs').writeFileSync(file, JSON.stringify(options?.args));
      };
    }, relaunch);
    const exited = once(app.process(), 'exit');
    await dialog.getByText('hoodi', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Start on hoodi' }).click();
    expect(await exited).toEqual([0, null]);
    expect(JSON.parse(await readFile(relaunch, 'utf8'))).toEqual(expect.arrayContaining([...CONFINED_FLAGS]));
    expect(await savedSettings()).toEqual({ version: 2, network: 'hoodi' });
    const again = await start();
    await shownPhase(again.page, 'Running');
    await again.page.getByText('hoodi · fork').waitFor();
    expect(await confinement(again.page)).toEqual(CONFINED);
    expect(await dialogIn(again.page).count()).toBe(0);
  });
});
