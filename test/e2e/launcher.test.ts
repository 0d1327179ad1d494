import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Child } from '../support/child.ts';
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
