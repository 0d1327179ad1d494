import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Page } from 'playwright-core';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { openDesktop, takePicture, type OpenDesktop } from '../support/window.ts';

const folder = await temporaryFolder();
let desktop: OpenDesktop;
let docs: Page;

// All tests use one application, in order.
beforeAll(async () => {
  desktop = await openDesktop(folder.path, ['--demo']);
});

afterAll(async () => {
  await desktop.close();
  await folder.remove();
});

/** Clicks Help, Documentation in the application's menu. */
const openDocs = (): Promise<void> =>
  desktop.app.evaluate(({ Menu }) => {
    const help = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Help')?.submenu;
    const item = help?.items.find(({ label }) => label === 'Documentation');
    (item?.click as () => void)();
  });

const windowCount = (): Promise<number> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** The page is gone before its window is. */
async function closeDocs(): Promise<void> {
  await docs.close();
  await expect.poll(windowCount).toBe(1);
}

describe('the documentation', () => {
  test('opens in a window of its own, once', async () => {
    const opened = desktop.app.waitForEvent('window', { timeout: 30_000 });
    await openDocs();
    docs = await opened;
    await docs.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor();
    await openDocs();
    expect(await windowCount()).toBe(2);
  });

  test('leads from document to document, and back', async () => {
    const list = docs.getByRole('navigation', { name: 'Documents' });
    await list.getByRole('link', { name: 'A tour of the window' }).click();
    await docs.getByRole('heading', { level: 1, name: 'A tour of the window' }).waitFor();
    const picture = docs.getByRole('img').first();
    await picture.scrollIntoViewIfNeeded();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await docs.getByRole('main').getByRole('link', { name: 'Doctor' }).first().click();
    await docs.getByRole('heading', { level: 1, name: 'Doctor' }).waitFor();
    await docs.goBack();
    await docs.getByRole('heading', { level: 1, name: 'A tour of the window' }).waitFor();
  });

  test.each(['Documentation', 'Flags', 'Doctor', 'A tour of the window'])(
    'is accessible in both themes: %s',
    async (name) => {
      await docs.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await docs.getByRole('heading', { level: 1, name }).waitFor();
      for (const colorScheme of ['dark', 'light'] as const) {
        await docs.emulateMedia({ colorScheme });
        await expectAccessible(docs);
        await takePicture(docs, `docs-${name}-${colorScheme}`);
      }
    },
  );

  test('saves the dissector for Wireshark', async () => {
    await docs.getByRole('navigation').getByRole('link', { name: 'Files of a recording' }).click();
    await desktop.app.evaluate(({ session }) => {
      const saved = new Promise<string>((resolve) => {
        session.fromPartition('docs').once('will-download', (event, item) => {
          event.preventDefault();
          resolve(item.getFilename());
        });
      });
      Object.assign(globalThis, { saved });
    });
    await docs.getByRole('link', { name: 'enodeck.lua' }).click();
    const saved = await desktop.app.evaluate(() => (globalThis as { saved?: Promise<string> }).saved);
    expect(saved).toBe('enodeck.lua');
  });

  test('has no way to the node and to other hosts', async () => {
    expect(await docs.evaluate(() => 'enodeck' in globalThis)).toBe(false);
    const failed = await docs.evaluate(() =>
      fetch('http://127.0.0.1:9/').then(
        () => 'answered',
        () => 'refused',
      ),
    );
    expect(failed).toBe('refused');
  });

  test('can be closed and opened again, beside the window', async () => {
    await closeDocs();
    const opened = desktop.app.waitForEvent('window', { timeout: 30_000 });
    await openDocs();
    docs = await opened;
    await docs.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor();
    await desktop.page.getByRole('heading', { level: 1 }).first().waitFor();
  });

  test('shows the document that the window links to, in the open window and in a new one', async () => {
    const link = desktop.page.locator('a[href="docs/chain.html"]');
    await link.click();
    await docs.waitForURL(/docs\/chain\.html$/);
    expect(await windowCount()).toBe(2);

    await closeDocs();
    const opened = desktop.app.waitForEvent('window', { timeout: 30_000 });
    await link.click();
    await (await opened).waitForURL(/docs\/chain\.html$/);
    expect(await windowCount()).toBe(2);
    await desktop.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });
});
