import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { Headless } from '../support/headless.ts';
import { SOME_ENODE } from '../support/some-enode.ts';
import { CONFINED_FLAGS } from '../support/start-flags.ts';
import { startedDesktops } from '../support/started-desktops.ts';
import { desktopCommand, takePicture } from '../support/window.ts';

/* The window of the desktop application before the node's data is open, and when it cannot be opened. */

/** A node without the demo, on loopback only. */
const LOOPBACK = ['--network', 'mainnet', ...CONFINED_FLAGS];

const started = startedDesktops();

const data = (): string => started.path('data');

/** A script that holds up the opening of the data folder until the file `go` exists. */
async function writeGate(): Promise<{ readonly script: string; open(): Promise<void> }> {
  const [script, go] = [started.path('gate.cjs'), started.path('go')];
  await writeFile(
    script,
    // Electron leaves its own option in the command line.
    `process.argv.splice(process.argv.indexOf('-r'), 2);
const fs = require('node:fs/promises');
const { existsSync } = require('node:fs');
const { mkdir } = fs;
fs.mkdir = async (...values) => {
  while (!existsSync(${JSON.stringify(go)})) await new Promise((done) => setTimeout(done, 20));
  return mkdir(...values);
};
require('node:module').syncBuiltinESMExports();
`,
  );
  return { script, open: () => writeFile(go, '') };
}

describe('the window of a node whose data takes long to open', () => {
  test('shows the facts of the last run as such, answers later, and becomes live', async () => {
    await mkdir(join(data(), 'desktop'), { recursive: true });
    const lastRun = { network: 'sepolia', nodeId: `0a1b${'00'.repeat(28)}c2d3`, listedNodes: 7 };
    await writeFile(join(data(), 'desktop', 'last-run.json'), JSON.stringify(lastRun));
    const gate = await writeGate();
    const { page, complaints } = await started.open('data', LOOPBACK, gate.script);
    const side = page.getByRole('navigation', { name: 'Views' });
    await side.getByText('Last run: sepolia').waitFor();
    await side.getByText('0a1b…c2d3').waitFor();
    await side.getByText('Starting', { exact: true }).waitFor();
    await side.getByRole('link', { name: 'Nodes 7' }).waitFor();
    await takePicture(page, 'start-opening');
    // A request of the page waits for its answer.
    const answer = page.evaluate(async () => {
      const { enodeck } = globalThis as unknown as { enodeck: { request: Request } };
      return (await enodeck.request('settings.export', {})).ok;
    });
    await gate.open();
    expect(await answer).toBe(true);
    await side.getByText('Running', { exact: true }).waitFor();
    await side.getByText('mainnet · fork').waitFor();
    await side.getByRole('link', { name: 'Nodes 7' }).waitFor({ state: 'detached' });
    expect(await side.getByText('Last run:').count()).toBe(0);
    const saved = JSON.parse(await readFile(join(data(), 'desktop', 'last-run.json'), 'utf8')) as object;
    expect(saved).toMatchObject({ network: 'mainnet', listedNodes: 0 });
    expect(complaints).toEqual([]);
  });
});

describe('a data folder that another node uses', () => {
  test('is named in the window, and the exit code is 1', async () => {
    const other = await Headless.start({ dataFolder: data(), flags: ['--bootnodes='] });
    try {
      const { app, page } = await started.open('data', LOOPBACK);
      await page.getByRole('heading', { name: 'Enodeck cannot start' }).waitFor();
      await page.getByText(data()).first().waitFor();
      await takePicture(page, 'start-refused');
      const report = started.path('report.zip');
      const labels = await app.evaluate(async ({ Menu, dialog }, target) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: target });
        const items = (Menu.getApplicationMenu()?.items ?? []).flatMap((menu) => menu.submenu?.items ?? []);
        const told = new Promise<string>((resolve) => {
          dialog.showMessageBox = (...args: unknown[]) => {
            resolve((args.at(-1) as { message: string }).message);
            return Promise.resolve({ response: 0, checkboxChecked: false });
          };
        });
        const item = items.find(({ label }) => label === 'Report a Problem…');
        (item?.click as (() => void) | undefined)?.();
        const message = await told;
        return [message, ...items.filter(({ enabled }) => !enabled).map(({ label }) => label)];
      }, report);
      expect(labels[0]).toBe('The diagnostic bundle is saved');
      expect(labels).toEqual(expect.arrayContaining(['Overview', 'Add Node…', 'About Enodeck']));
      const files = unzipSync(new Uint8Array(await readFile(report)));
      expect(Object.keys(files)).toEqual(['readme.txt', 'versions.json', 'start.txt']);
      const exited = once(app.process(), 'exit');
      await page.close();
      expect(await exited).toEqual([1, null]);
    } finally {
      await other.stop();
    }
  });

  test('ends the application at once under the launcher, with the reason on standard error', async () => {
    const other = await Headless.start({ dataFolder: data(), flags: ['--bootnodes='] });
    const { program, args } = await desktopCommand(data(), LOOPBACK);
    const child = new Child('desktop', program, args, { ENODECK_LAUNCHER: '1' });
    try {
      expect(await child.exited).toBe(1);
      expect(child.lines.filter((line) => line.startsWith('enodeck: '))).toEqual([
        expect.stringContaining(data()),
      ]);
    } finally {
      await other.stop();
    }
  });
});

/** Prints what the page is while its window is hidden: without a debugger, which keeps each page visible. */
const HIDE_SCRIPT = `setImmediate(() => {
  const { app } = require('electron');
  app.on('browser-window-created', (_event, window) => {
    window.once('show', async () => {
      const run = (code) => window.webContents.executeJavaScript(code);
      await run('new Promise((done) => setInterval(() => document.querySelector("[data-opening] nav") && done(true), 50))');
      await run('frames = 0; (function draw() { frames += 1; requestAnimationFrame(draw); })()');
      window.hide();
      await run('new Promise((done) => document.hidden ? done() : document.addEventListener("visibilitychange", done))');
      const before = await run('frames');
      await new Promise((done) => setTimeout(done, 1000));
      console.log('Frames while hidden: ' + ((await run('frames')) - before));
    });
  });
});
`;

describe('a window that is hidden, as in the tray', () => {
  test('gets no pushes, and is up to date when it is shown', async () => {
    const { app, page } = await started.open('data', LOOPBACK);
    await page.getByText('Running', { exact: true }).waitFor();
    await page.evaluate(() => {
      const state = globalThis as unknown as Watched;
      state.seen = { pushes: 0, lists: [] };
      state.enodeck.subscribe('status', {}, () => (state.seen.pushes += 1));
      state.enodeck.subscribe('nodes', {}, (text) => {
        const push = JSON.parse(text) as { data: { static: unknown[] } };
        state.seen.pushes += 1;
        state.seen.lists.push(push.data.static.length);
      });
    });
    const seen = (): Promise<Watched['seen']> =>
      page.evaluate(() => structuredClone((globalThis as unknown as Watched).seen));
    await expect.poll(async () => (await seen()).lists).toEqual([0]);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const before = await seen();
    await page.evaluate(
      (text) =>
        (globalThis as unknown as Watched).enodeck.request('nodes.add', {
          list: 'static',
          text,
          label: null,
        }),
      SOME_ENODE.replace(/@.*/, '@127.0.0.1:1'),
    );
    // Several intervals of both topics.
    await page.waitForTimeout(1_500);
    expect(await seen()).toEqual(before);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
    await expect.poll(async () => (await seen()).lists).toEqual([0, 1]);
  });

  test('draws no frames', async () => {
    const script = started.path('hide.cjs');
    await writeFile(script, HIDE_SCRIPT);
    const { program, args } = await desktopCommand(data(), LOOPBACK);
    const child = new Child('desktop', program, args, { NODE_OPTIONS: `--require ${script}` });
    try {
      const [, frames] = await child.line(/^Frames while hidden: (\d+)/);
      expect(frames).toBe('0');
    } finally {
      await child.stop('SIGTERM');
    }
  });
});

/** What the page of the test counts. */
interface Watched {
  seen: { pushes: number; lists: number[] };
  readonly enodeck: {
    request: Request;
    subscribe(topic: string, params: object, listener: (text: string) => void): void;
  };
}

type Request = (name: string, params: object) => Promise<{ ok: boolean }>;
