import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endProcess, processOf } from '../support/desktop-process.ts';
import { eventually } from '../support/eventually.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { expectAccessible, goTo } from '../support/window-steps.ts';
import { takePicture, type OpenDesktop } from '../support/window.ts';

/* Restarts of the program: by the menu, and for what takes effect at its next start. */

const started = startedDesktops();

/** The exit code of an application that ends by itself after `act`. */
async function exitOf({ app }: OpenDesktop, act: () => Promise<unknown>): Promise<number | null> {
  const exited = once(app.process(), 'exit') as Promise<[number | null]>;
  // The process may end before the call returns.
  await act().catch(() => undefined);
  return (await exited)[0];
}

describe('the menu', () => {
  test('starts the demo from a run on another network, with a data folder of its own', async () => {
    const demo = started.path('data', 'demo');
    const opened = await started.open('data', ['--hoodi', ...CONFINED_FLAGS]);
    await opened.page.getByText('UDP buffer').waitFor();
    const code = await exitOf(opened, () =>
      opened.app.evaluate(({ Menu }) => {
        const node = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Node');
        const item = node?.submenu?.items.find(({ label }) => label === 'Start the Demo Network');
        (item?.click as (() => void) | undefined)?.();
      }),
    );
    expect(code).toBe(0);
    const pid = await eventually('the program starts again', () => processOf(demo));
    try {
      const facts = await eventually('its node is constructed', () =>
        readFile(join(demo, 'desktop', 'last-run.json'), 'utf8').catch(() => undefined),
      );
      expect(facts).toContain('demo');
    } finally {
      await endProcess(pid);
    }
  });
});

describe('a setting that waits for a restart of the program', () => {
  test('has the action in the notice, the sidebar and its field, which restarts the program', async () => {
    await mkdir(started.path('data'));
    // A folder with settings is not asked for its network.
    await writeFile(started.path('data', 'settings.json'), JSON.stringify({ version: 2 }));
    const opened = await started.open('data', CONFINED_FLAGS);
    const { app, page } = opened;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByText('UDP buffer').waitFor();
    await goTo(page, 'Settings');
    await page.locator('#setting-network').getByRole('button', { name: 'hoodi' }).click();
    const restart = page.getByRole('button', { name: 'Restart Enodeck' });
    await expect.poll(() => restart.count()).toBe(4);
    await expectAccessible(page);
    await takePicture(page, 'restart-enodeck');

    const planned = started.path('planned.json');
    await app.evaluate(({ app: application }, file) => {
      application.relaunch = (options) => {
        process.getBuiltinModule('node:fs').writeFileSync(file, JSON.stringify(options));
      };
    }, planned);
    const sidebar = page.getByRole('navigation').getByRole('button', { name: 'Restart Enodeck' });
    expect(await exitOf(opened, () => sidebar.click())).toBe(0);
    const options = JSON.parse(await readFile(planned, 'utf8')) as { args: string[] };
    expect(options.args).toEqual(expect.arrayContaining(['--enodeck-restart=same', ...CONFINED_FLAGS]));
  });
});
