import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { ElectronApplication, Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { goTo } from '../support/window-steps.ts';
import { takePicture, type OpenDesktop } from '../support/window.ts';

/* Settings in the desktop application: one that makes the start fail, and paths from the system's dialog. */

/** A node without the demo: both its settings and its flags keep it on loopback, whichever of them is reset. */
const LOOPBACK_SETTINGS = {
  addresses: ['127.0.0.1'],
  port: 0,
  nat: 'none',
  netRestrict: ['127.0.0.0/8', '::1/128'],
  bootnodes: [],
  discoveryDns: [],
};

const started = startedDesktops();
const at = started.path;

async function open(settings: object = {}): Promise<OpenDesktop> {
  await mkdir(at('data'));
  const content = { version: 2, ...LOOPBACK_SETTINGS, ...settings };
  await writeFile(at('data', 'settings.json'), JSON.stringify(content));
  return await reopen();
}

const reopen = (): Promise<OpenDesktop> => started.open('data', CONFINED_FLAGS);

async function savedSettings(): Promise<unknown> {
  return JSON.parse(await readFile(at('data', 'settings.json'), 'utf8'));
}

/** The Overview shows the buffer of a socket that is open. */
const waitUntilRunning = (page: Page): Promise<void> => page.getByText('UDP buffer').waitFor();

/** The row of a setting in Settings. */
const rowOf = (page: Page, key: string): Locator => page.locator(`#setting-${key}`);

describe('a setting that makes the start fail', () => {
  test('is named on the Overview, reset there, and the node starts', async () => {
    await writeFile(at('not-a-key'), 'no key');
    const { page, complaints } = await open({ nodeKey: at('not-a-key') });
    const health = page.getByRole('alert');
    await health.getByText('The node could not start', { exact: true }).waitFor();
    await health.getByText(at('not-a-key')).first().waitFor();
    await health.getByText('settings.json').first().waitFor();
    const line = page.getByRole('list', { name: 'Recent events' }).getByText(/Node could not start: /);
    await line.waitFor();
    await takePicture(page, 'start-failed-overview');
    await health.getByRole('button', { name: 'Reset “Node key file” and start' }).click();
    await waitUntilRunning(page);
    await takePicture(page, 'start-failed-reset');
    expect(await savedSettings()).not.toHaveProperty('nodeKey');
    expect(await readFile(at('not-a-key'), 'utf8')).toBe('no key');
    expect(complaints).toEqual([]);
  });

  test('is reset from the banner on every other screen', async () => {
    const { page } = await open({ maxPeers: -1 });
    await goTo(page, 'Settings');
    const banner = page.getByRole('alert').filter({ hasText: 'The node could not start' });
    await banner.getByText('maxPeers').waitFor();
    await takePicture(page, 'start-failed-banner');
    await goTo(page, 'Logs');
    await banner.getByRole('button', { name: 'Reset “Maximum peers” and start' }).click();
    await banner.waitFor({ state: 'detached' });
    await goTo(page, 'Overview');
    await waitUntilRunning(page);
    expect(await savedSettings()).not.toHaveProperty('maxPeers');
  });

  test('that only a new start of the program takes over says so, and that start succeeds', async () => {
    await writeFile(at('bad.json'), '{}');
    const first = await open({ genesis: at('bad.json') });
    const { page } = first;
    await page.getByRole('button', { name: 'Reset “Genesis file” and start' }).click();
    await page
      .getByRole('alert')
      .getByText(/quit Enodeck and start it again/i)
      .first()
      .waitFor();
    await takePicture(page, 'start-failed-restart');
    expect(await savedSettings()).not.toHaveProperty('genesis');
    await first.close();
    await waitUntilRunning((await reopen()).page);
  });
});

describe('the folder of the node database', () => {
  /** Makes the system's dialog answer at once; what it was opened with is kept. */
  const answerDialog = (app: ElectronApplication, path: string | null): Promise<void> =>
    app.evaluate(({ dialog }, chosen) => {
      const stub = (...args: unknown[]): Promise<Electron.OpenDialogReturnValue> => {
        (globalThis as { dialogOptions?: unknown }).dialogOptions = args.at(-1);
        return Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
      };
      dialog.showOpenDialog = stub;
    }, path);

  test('is chosen in the system’s dialog, and used from the next start on', async () => {
    const first = await open();
    const { page, app } = first;
    await goTo(page, 'Settings');
    const row = rowOf(page, 'nodeDatabase');
    const field = row.getByRole('textbox', { name: 'Node database folder' });
    const choose = row.getByRole('button', { name: 'Choose… Node database folder' });

    await field.fill(at('elsewhere'));
    await field.press('Enter');
    await row.getByText('The folder is outside the data folder').waitFor();
    await takePicture(page, 'database-refused');

    await answerDialog(app, '/etc');
    await choose.click();
    await row.getByText('A database cannot be in /etc: it is a folder of the system.').waitFor();

    await answerDialog(app, null);
    await choose.click();
    await row.getByText('it is a folder of the system').waitFor({ state: 'detached' });
    expect(await savedSettings()).not.toHaveProperty('nodeDatabase');

    await mkdir(at('chosen'));
    await answerDialog(app, at('chosen'));
    await choose.click();
    await row.getByText(`After a program restart: ${at('chosen')}.`).waitFor();
    await takePicture(page, 'database-chosen');
    expect(await savedSettings()).toMatchObject({ nodeDatabase: at('chosen') });
    expect(await readdir(at('chosen'))).toEqual([]);
    expect(await app.evaluate(() => (globalThis as { dialogOptions?: unknown }).dialogOptions)).toEqual({
      title: 'Node database folder',
      properties: ['openDirectory', 'createDirectory'],
    });

    await first.close();
    await waitUntilRunning((await reopen()).page);
    expect(await readdir(at('chosen'))).toContain('CURRENT');
  });

  test('is not taken from the page: a chosen path counts in the run in which it was chosen', async () => {
    const { page } = await open();
    const answer = await page.evaluate(async (path) => {
      const bridge = (globalThis as unknown as { enodeck: { request: Request } }).enodeck;
      return await bridge.request('settings.update', { nodeDatabase: path });
    }, at('elsewhere'));
    expect(answer).toMatchObject({ ok: false, error: { field: 'nodeDatabase' } });
    expect(await readdir(at())).not.toContain('elsewhere');
  });
});

type Request = (name: string, params: object) => Promise<unknown>;
