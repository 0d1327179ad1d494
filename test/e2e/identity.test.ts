import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keysOf } from '../../src-main/store/key-file.ts';
import { composeApplication, LOOPBACK_FLAGS } from '../support/started-applications.ts';
import { keystoreOf } from '../support/keystore.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { downloadInDesktop, openBrowser, takePicture, type OpenDesktop } from '../support/window.ts';

/* The node key in the window: shown, exported and imported. */

const DESKTOP_FLAGS = [...CONFINED_FLAGS, '--network', 'mainnet', '--password-store=basic'];
/** The built page. */
const PAGE = join(import.meta.dirname, '../../out/renderer');
const PASSWORD = 'correct horse battery';

const started = startedDesktops();
const start = (folder: string): Promise<OpenDesktop> => started.open(folder, DESKTOP_FLAGS);

/** Opens the view from the Overview. @returns the node ID that it shows */
async function openIdentity(page: Page): Promise<string> {
  await page.getByText('UDP buffer').waitFor();
  await page.getByRole('link', { name: 'Key and QR code' }).click();
  await page.getByRole('heading', { name: 'Identity', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'New key…' }).waitFor();
  return (await page.locator('dd.mono').first().textContent()) ?? '';
}

test('a key that was exported has the same node ID in a new data folder', { timeout: 180_000 }, async () => {
  const first = await start('first');
  const { page } = first;
  const nodeId = await openIdentity(page);
  expect(nodeId).toMatch(/^[0-9a-f]{64}$/);
  await takePicture(page, 'identity');
  await expectAccessible(page);

  const picture = await downloadInDesktop(first, started.path('qr.png'), () =>
    page.getByRole('button', { name: 'Save image' }).click(),
  );
  expect((await readFile(picture)).subarray(1, 4).toString('latin1')).toBe('PNG');
  await page.getByRole('button', { name: 'Copy image' }).click();
  await page.getByText('QR code of the enode copied').waitFor();

  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password', { exact: true }).fill('short');
  await dialog.getByRole('button', { name: 'Save keystore' }).click();
  await dialog.getByText('At least 10 characters.').waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByLabel('Repeat the password').fill(PASSWORD);
  const keystore = await downloadInDesktop(first, started.path('backup.json'), () =>
    dialog.getByRole('button', { name: 'Save keystore' }).click(),
  );
  expect(first.complaints).toEqual([]);
  await first.close();

  const second = await start('second');
  const other = second.page;
  const before = await openIdentity(other);
  expect(before).not.toBe(nodeId);
  await second.app.evaluate(({ dialog: system }, chosen) => {
    system.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, keystore);
  await other.getByRole('button', { name: 'Import…' }).click();
  const change = other.getByRole('dialog');
  await change.getByLabel('Password', { exact: true }).fill('a wrong guess');
  await change.getByRole('button', { name: 'Decrypt' }).click();
  await change.getByText('The password of backup.json is wrong.').waitFor();
  await change.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await change.getByRole('button', { name: 'Decrypt' }).click();
  await change.getByTitle(nodeId).waitFor();
  await takePicture(other, 'identity-import');
  await expectAccessible(other);
  await change.getByRole('button', { name: 'Use this key' }).click();
  await other.getByText('After the next start of Enodeck this node has the node ID').waitFor();
  await takePicture(other, 'identity-waiting');
  expect(second.complaints).toEqual([]);
  await second.close();

  const third = await start('second');
  expect(await openIdentity(third.page)).toBe(nodeId);
  await third.page.getByRole('button', { name: `Use the key of ${before.slice(0, 10)}` }).waitFor();
});

test('a new key counts after the restart that the page offers, and the replaced one is kept', async () => {
  const first = await start('renewed');
  const { app, page } = first;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const before = await openIdentity(page);
  await page.getByRole('button', { name: 'New key…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replace the node key by a new one' });
  await dialog.getByText('A random key was generated. It is not stored yet.').waitFor();
  await dialog.getByText('no longer reach this node').waitFor();
  await expectAccessible(page);
  await takePicture(page, 'identity-renew');
  await dialog.getByRole('button', { name: 'Use this key' }).click();
  const waiting = page.getByRole('status').filter({ hasText: 'After the next start of Enodeck' });
  await waiting.waitFor();
  expect(await page.locator('dd.mono').first().textContent()).toBe(before);
  await takePicture(page, 'identity-renewed');

  await app.evaluate(({ app: application }) => {
    // This test starts it itself.
    application.relaunch = () => undefined;
  });
  const ended = once(app.process(), 'exit');
  await waiting.getByRole('button', { name: 'Restart Enodeck' }).click();
  expect(await ended).toEqual([0, null]);

  const second = await start('renewed');
  expect(await openIdentity(second.page)).not.toBe(before);
  await second.page.getByRole('button', { name: `Use the key of ${before.slice(0, 10)}` }).waitFor();
  expect(second.complaints).toEqual([]);
});

test('a browser page on this machine imports a keystore, and no key in plain', async () => {
  const application = await composeApplication(started.path('data'), LOOPBACK_FLAGS, {
    pageFolder: PAGE,
  });
  started.atEnd(() => application.stop());
  await application.start();
  const window = await openBrowser(application.pageUrl ?? '');
  started.atEnd(() => window.close());
  const { page } = window;
  await openIdentity(page);
  const key = new Uint8Array(32).fill(0x2a);
  const plain = started.path('plain.json');
  await writeFile(plain, '2a'.repeat(32));
  const keystore = started.path('keystore.json');
  await writeFile(keystore, keystoreOf(key, PASSWORD));
  const file = page.locator('input[type=file]');
  await file.setInputFiles(plain);
  await page.getByText(/A key that is not encrypted is imported only by the desktop application/).waitFor();
  await file.setInputFiles(keystore);
  const change = page.getByRole('dialog');
  await change.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await change.getByRole('button', { name: 'Decrypt' }).click();
  await change.getByTitle(keysOf(key).idHex).waitFor();
  await change.getByRole('button', { name: 'Use this key' }).click();
  await page.getByText('Stored for the next start').waitFor();
  expect(await readFile(started.path('data', 'nodekey'), 'utf8')).toBe('2a'.repeat(32));
  expect(window.complaints).toEqual([]);
});
