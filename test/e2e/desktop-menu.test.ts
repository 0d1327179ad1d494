import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { downloadInDesktop, openDesktop, takePicture, type OpenDesktop } from '../support/window.ts';

const folder = await temporaryFolder();
let desktop: OpenDesktop;

// All tests use one application, in order.
beforeAll(async () => {
  desktop = await openDesktop(folder.path, ['--demo']);
  await desktop.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
});

afterAll(async () => {
  await desktop.close();
  await folder.remove();
});

/** Clicks an item of the application's menu, by the labels of its path. */
const menu = (...path: readonly string[]): Promise<void> =>
  desktop.app.evaluate(({ Menu, BrowserWindow }, labels) => {
    let items = Menu.getApplicationMenu()?.items ?? [];
    for (const label of labels.slice(0, -1))
      items = items.find((item) => item.label === label)?.submenu?.items ?? [];
    const item = items.find(({ label }) => label === labels.at(-1));
    if (item === undefined) throw new Error(`No menu item ${labels.join(' > ')}`);
    (item.click as (...args: unknown[]) => void)({}, BrowserWindow.getAllWindows()[0]);
  }, path);

const inBothThemes = async (name: string): Promise<void> => {
  const { page } = desktop;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page, '[role="dialog"]');
    await takePicture(page, `${name}-${colorScheme}`);
  }
};

const windowState = () =>
  desktop.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return {
      bounds: window?.getBounds(),
      visible: window?.isVisible(),
      zoom: Math.round((window?.webContents.getZoomFactor() ?? 0) * 100),
    };
  });

/** The items of the menu that can be clicked, of the actions on the node. */
const nodeActions = (): Promise<string[]> =>
  desktop.app.evaluate(({ Menu }) => {
    const menu = Menu.getApplicationMenu();
    return ['start', 'stop', 'restart'].filter((action) => menu?.getMenuItemById(`node.${action}`)?.enabled);
  });

const actionsBecome = (wanted: readonly string[]) =>
  eventually(`the menu offers ${wanted.join(' and ')}`, async () =>
    (await nodeActions()).join() === wanted.join() ? true : undefined,
  );

describe('the menu', () => {
  test('offers what can be done with the node', async () => {
    await actionsBecome(['stop', 'restart']);
    await menu('Node', 'Stop');
    await actionsBecome(['start']);
    await menu('Node', 'Start');
    await actionsBecome(['stop', 'restart']);
  });

  test('opens views and dialogs of the page', async () => {
    const { page } = desktop;
    await menu('View', 'Discovery');
    await page.getByRole('heading', { name: 'Discovery', level: 1 }).waitFor();
    await menu('View', 'Settings');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await menu('Node', 'Dial a Known Node…');
    await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
    await menu('Help', 'Keyboard Shortcuts');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await menu('Edit', 'Search or Run a Command…');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await menu('Node', 'Add Node…');
    await page.getByRole('dialog', { name: 'Add node' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('shows a hidden window', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await menu('View', 'Logs');
    await desktop.page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    expect(await windowState()).toMatchObject({ visible: true });
  });

  test('exports the settings and lists', async () => {
    const path = join(folder.path, 'config.toml');
    await downloadInDesktop(desktop, path, () => menu('File', 'Export Settings and Lists as geth’s TOML'));
    expect(await readFile(path, 'utf8')).toContain('[Node.P2P]');
  });

  test('zooms within bounds', async () => {
    for (let n = 0; n < 14; n++) await menu('View', 'Zoom In');
    expect((await windowState()).zoom).toBe(300);
    await menu('View', 'Actual Size');
    expect((await windowState()).zoom).toBe(100);
  });
});

describe('About', () => {
  test('shows versions, the commit and the fuses of the running binary', async () => {
    const { page } = desktop;
    await menu('Help', 'About Enodeck');
    const dialog = page.getByRole('dialog', { name: 'About Enodeck' });
    await dialog.getByText(/of 8 as in a package/).waitFor();
    const electron = await desktop.app.evaluate(() => process.versions['electron']);
    await dialog.getByText(electron, { exact: true }).waitFor();
    await dialog.getByText('Every fuse').click();
    await dialog.getByText('onlyLoadAppFromAsar').waitFor();
    await inBothThemes('about');
    await dialog.getByRole('button', { name: 'Licences' }).click();
    await dialog.getByText('NOTICES.txt').waitFor();
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    expect(await desktop.app.evaluate(({ clipboard }) => clipboard.readText())).toContain(
      `Electron ${electron}`,
    );
    await page.keyboard.press('Escape');
  });
});

/** The node keys below the data folder. */
async function nodeKeys(): Promise<readonly string[]> {
  const names = (await readdir(folder.path, { recursive: true })).filter((name) => /nodekey$/.test(name));
  const keys = await Promise.all(names.map((name) => readFile(join(folder.path, name), 'utf8')));
  expect(keys.length).toBeGreaterThan(0);
  return keys.map((key) => key.trim());
}

describe('a problem report', () => {
  test('shows what is in it and saves that, without the node key and addresses', async () => {
    const { page } = desktop;
    await menu('Help', 'Report a Problem…');
    const dialog = page.getByRole('dialog', { name: 'Report a problem' });
    await dialog.getByRole('button', { name: /^log\.txt/ }).click();
    await dialog.getByLabel('log.txt').waitFor();
    await inBothThemes('problem');
    const path = join(folder.path, 'report.zip');
    await downloadInDesktop(desktop, path, () => dialog.getByRole('button', { name: 'Save as zip' }).click());
    await dialog.waitFor({ state: 'hidden' });
    const files = Object.entries(unzipSync(new Uint8Array(await readFile(path))));
    const names = files.map(([name]) => name);
    expect(names.filter((name) => name.startsWith('crash-reports'))).toEqual([]);
    expect(names).toContain('log.txt');
    const text = files.map(([, bytes]) => strFromU8(bytes)).join('\n');
    for (const key of await nodeKeys()) expect(text).not.toContain(key);
    expect(text).not.toMatch(/enode:\/\/|enr:-/);
    const status = files.find(([name]) => name === 'status.json')?.[1] ?? new Uint8Array();
    const { network } = JSON.parse(strFromU8(status)) as { network: { genesisHash: string } };
    const hashes = new Set(text.match(/[0-9a-f]{64,}/gi));
    expect([...hashes]).toEqual([network.genesisHash.replace('0x', '')]);
  });
});

describe('the window', () => {
  test('comes back with its place, its zoom and its size', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 1_000, height: 640 }),
    );
    await menu('View', 'Zoom In');
    const before = await windowState();
    await desktop.close();
    desktop = await openDesktop(folder.path, ['--demo']);
    await desktop.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await windowState()).toMatchObject({ bounds: before.bounds, zoom: 110 });
  });

  test('reports no error in its console', () => {
    expect(desktop.complaints).toEqual([]);
  });
});
