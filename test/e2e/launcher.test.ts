import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Child } from '../support/child.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../build/start.mjs');

// Windows has no such shell between npm and the launcher.
test.skipIf(process.platform === 'win32')('a node whose npm was ended ends too', async () => {
  const folder = await temporaryFolder();
  const flags = `--headless --demo --http.port 0 --datadir "${folder.path}"`;
  // The command after it keeps the shell from giving its own process to the launcher: npm's does not either.
  const line = `"${process.execPath}" "${LAUNCHER}" ${flags}; true`;
  const shell = new Child('shell', 'sh', ['-c', line], { npm_lifecycle_event: 'headless' });
  await shell.line(/^Ready /);
  // The output closes only when the last of its writers has ended.
  await shell.stop('SIGTERM');
  expect(shell.lines.join('\n')).toContain('node is stopped');
  await folder.remove();
});
