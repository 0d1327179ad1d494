import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/loopback-ports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../build/start.mjs');

// On Windows npm starts the launcher without a shell.
test.skipIf(process.platform === 'win32')('the node stops when its npm process is terminated', async () => {
  const folder = await temporaryFolder();
  const flags = `--headless --demo --http.port 0 --datadir "${folder.path}"`;
  // With a second command the shell starts the launcher as a child process, as the shell of npm does.
  const line = `"${process.execPath}" "${LAUNCHER}" ${flags}; true`;
  const shell = new Child('shell', 'sh', ['-c', line], { npm_lifecycle_event: 'headless' });
  await shell.line(/^Ready /);
  // The output is closed when the last process that writes to it has exited.
  await shell.stop('SIGTERM');
  expect(shell.lines.join('\n')).toContain('node is stopped');
  await folder.remove();
});

test.each([
  ['--browser', ['--browser'], {}],
  ['ENODECK_ELECTRON=off', [], { ENODECK_ELECTRON: 'off' }],
])('%s serves the page without Electron, though there is a display', async (_name, args, env) => {
  const folder = await temporaryFolder();
  const flags = ['--demo', '--http.port', '0', '--datadir', folder.path];
  const launcher = new Child('launcher', process.execPath, [LAUNCHER, ...args, ...flags], env);
  const [, address] = await launcher.line(/^Ready (\S+)/);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
  await launcher.stop('SIGTERM');
  await folder.remove();
});

/** Restarts the application at a debugging port from its page, and waits for the page of its next process. */
async function restartAt(port: number): Promise<void> {
  const address = `http://127.0.0.1:${String(port)}`;
  const browser = await chromium.connectOverCDP(address);
  const page = await eventually('the window', async () => browser.contexts()[0]?.pages()[0]);
  const gone = new Promise((resolve) => browser.once('disconnected', resolve));
  // The process may end before it answers.
  await page.evaluate(`enodeck.request('desktop.restart', {})`).catch(() => undefined);
  await gone;
  await eventually('the next process', async () => {
    const next = await chromium.connectOverCDP(address);
    await next.close();
    return true;
  });
}

test('a restart of the application stays a process of the launcher, which ends it', async () => {
  const folder = await temporaryFolder();
  const port = await freePort();
  const launcher = new Child('launcher', process.execPath, [
    ...[LAUNCHER, '--demo', '--datadir', folder.path, '--port', String(await freePort())],
    `--remote-debugging-port=${String(port)}`,
  ]);
  try {
    await launcher.line(/^Ready desktop/);
    await restartAt(port);
    // The debugging port answers before the next process is ready.
    await eventually(
      'the next process is ready',
      async () => launcher.lines.filter((line) => line.startsWith('Ready desktop'))[1],
      { child: launcher },
    );
    expect(await launcher.stop('SIGINT')).toBe(0);
    await expect(fetch(`http://127.0.0.1:${String(port)}/json/version`)).rejects.toThrow();
  } finally {
    await launcher.kill();
    await folder.remove();
  }
});
