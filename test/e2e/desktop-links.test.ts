import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOME_ENODE } from '../support/fake-backend.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectAccessible } from '../support/window-steps.ts';
import { openDesktop, startAgain, takePicture, type OpenDesktop } from '../support/window.ts';

const folder = await temporaryFolder();
const data = join(folder.path, 'data');
let desktop: OpenDesktop;

// All tests use one application, in order.
beforeAll(async () => {
  await mkdir(data);
  desktop = await openDesktop(data, ['--demo', `${SOME_ENODE}?discport=30301`]);
});

afterAll(async () => {
  await desktop.close();
  await folder.remove();
});

const preview = () => desktop.page.getByRole('dialog', { name: 'Add nodes' });

async function closeDialog(): Promise<void> {
  await desktop.page.keyboard.press('Escape');
  await desktop.page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Drags a file over the window and drops it. */
const drop = (name: string, text: string): Promise<void> =>
  desktop.page.evaluate(
    ([fileName, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content as string], fileName as string));
      const target = document.querySelector('h1') ?? document.body;
      for (const type of ['dragenter', 'dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, text],
  );

const noStaticNode = async (): Promise<void> => {
  const lists = await desktop.page.evaluate(
    () =>
      new Promise<{ static: unknown[] }>((resolve) => {
        const { enodeck } = globalThis as unknown as { enodeck: { subscribe: Subscribe } };
        const end = enodeck.subscribe('nodes', {}, (text) => {
          end();
          resolve((JSON.parse(text) as { data: { static: unknown[] } }).data);
        });
      }),
  );
  expect(lists.static).toEqual([]);
};

type Subscribe = (topic: string, params: object, take: (text: string) => void) => () => void;

describe('links and files that the system hands over', () => {
  test('a link on the command line is shown before it is added', async () => {
    const { page } = desktop;
    await preview().waitFor();
    await preview().getByText('192.0.2.7:30303').waitFor();
    await takePicture(page, 'link-preview');
    await noStaticNode();
    await closeDialog();
  });

  test('a second start ends, and hands its link to the first window, which comes back', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.hide();
    });
    expect(await startAgain(data, [SOME_ENODE])).toBe(0);
    await preview().waitFor();
    const isVisible = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.isVisible()),
    );
    expect(isVisible).toEqual([true]);
    await noStaticNode();
    await closeDialog();
  });

  test('a link that is no node is refused with its reason', async () => {
    expect(await startAgain(data, ['enode://12ab@127.0.0.1:30303'])).toBe(0);
    await desktop.page.getByText('The link was not opened: The public key has 4 hex digits').waitFor();
  });

  test('a file of a second start, by a path relative to its folder, is shown', async () => {
    await writeFile(join(folder.path, 'static-nodes.json'), JSON.stringify([SOME_ENODE]));
    expect(await startAgain(data, ['static-nodes.json'], folder.path)).toBe(0);
    await preview().waitFor();
    await closeDialog();
  });

  test('many arguments of a second start, one in Cyrillic, arrive', async () => {
    const name = 'узлы сети.json';
    await writeFile(join(folder.path, name), JSON.stringify([SOME_ENODE]));
    const flags = ['--nat', 'none', '--bootnodes=', '--discovery.dns='];
    expect(await startAgain(data, [...flags, name], folder.path)).toBe(0);
    await preview().waitFor();
    await closeDialog();
  });

  test('a second start with more links than can be handed over ends, and the first one goes on', async () => {
    expect(
      await startAgain(
        data,
        Array.from({ length: 300 }, () => SOME_ENODE),
      ),
    ).toBe(1);
    expect(desktop.app.process().signalCode).toBeNull();
    await desktop.page.getByRole('heading', { level: 1 }).waitFor();
  });

  test('a folder is refused with its reason', async () => {
    expect(await startAgain(data, [folder.path])).toBe(0);
    await desktop.page.getByText('is a folder, not a file').waitFor();
  });
});

describe('files that are dropped on the window', () => {
  test('a drag shows what a drop will do, and leaves no trace when it ends', async () => {
    const { page } = desktop;
    const drag = (type: string): Promise<void> =>
      page.evaluate((name) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.json'));
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
      }, type);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await drag('dragover');
      await page.getByRole('heading', { name: 'Drop to open' }).waitFor();
      await expectAccessible(page);
      await takePicture(page, `drop-${colorScheme}`);
      await drag('dragleave');
      await page.getByRole('heading', { name: 'Drop to open' }).waitFor({ state: 'hidden' });
    }
  });

  test('geth’s TOML under any name opens the import of settings', async () => {
    await drop('static-nodes.json', '[Node.P2P]\nMaxPeers = 31\n');
    const dialog = desktop.page.getByRole('dialog', { name: 'Import from a TOML file' });
    await dialog.waitFor();
    expect(await dialog.getByRole('textbox').inputValue()).toContain('MaxPeers = 31');
    await closeDialog();
  });

  test('nodes are shown before they are added', async () => {
    await drop('nodes.txt', `# mine\n${SOME_ENODE}\n`);
    await preview().waitFor();
    await noStaticNode();
    await closeDialog();
  });

  test('a file of another kind is refused', async () => {
    await drop('holiday.jpg', '\u0000JFIF');
    await desktop.page.getByText('holiday.jpg was not opened: it is no list of nodes').waitFor();
  });

  test('reports no error in its console', () => {
    expect(desktop.complaints).toEqual([]);
  });
});
