import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { Headless } from '../support/headless.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { desktopCommand, openDesktop, takePicture, type OpenDesktop } from '../support/window.ts';

/* The window of the desktop application before the node's data is open, and when it cannot be opened. */

/** A node without the demo, on loopback only. */
const LOOPBACK = [
  ...['--nat', 'none', '--netrestrict', '127.0.0.0/8,::1/128'],
  ...['--bootnodes=', '--discovery.dns='],
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let desktop: OpenDesktop | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await desktop?.close();
  desktop = undefined;
  await folder.remove();
});

const data = (): string => join(folder.path, 'data');

/** A script that holds up the opening of the data folder until the file `go` exists. */
async function writeGate(): Promise<{ readonly script: string; open(): Promise<void> }> {
  const [script, go] = [join(folder.path, 'gate.cjs'), join(folder.path, 'go')];
  await writeFile(
    script,
    `const fs = require('node:fs/promises');
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
    desktop = await openDesktop(data(), LOOPBACK, gate.script);
    const { page, complaints } = desktop;
    const side = page.getByRole('navigation', { name: 'Views' });
    await side.getByText('Last run: sepolia · 0a1b…c2d3').waitFor();
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
      desktop = await openDesktop(data(), LOOPBACK);
      const { app, page } = desktop;
      await page.getByRole('heading', { name: 'Enodeck cannot start' }).waitFor();
      await page.getByText(data()).first().waitFor();
      await takePicture(page, 'start-refused');
      const exited = once(app.process(), 'exit');
      await page.close();
      expect(await exited).toEqual([1, null]);
      desktop = undefined;
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

type Request = (name: string, params: object) => Promise<{ ok: boolean }>;
