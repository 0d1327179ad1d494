import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createOwnUpdates } from '../../../src-main/desktop/own-updates.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function stateOf(files: Record<string, string>, env: NodeJS.ProcessEnv, isPackaged = true) {
  const resourcesPath = mkdtempSync(join(tmpdir(), 'enodeck-resources-'));
  folders.push(resourcesPath);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(resourcesPath, name), text);
  return createOwnUpdates({
    app: { isPackaged, exit: () => undefined },
    restarter: { startAgain: () => undefined },
    dialog: { showErrorBox: () => undefined },
    process: { platform: 'linux', env, resourcesPath, execPath: '/tmp/.mount_x/enodeck' },
    prepareEnd: () => Promise.resolve(),
    logger: () => undefined,
  }).state();
}

const IMAGE = { APPIMAGE: '/home/u/a.AppImage', APPDIR: '/tmp/.mount_x' };

test('the files beside the program decide whether it has updates', () => {
  const feed = { 'app-update.yml': 'provider: github' };
  expect(stateOf(feed, IMAGE)).toEqual({ kind: 'idle' });
  expect(stateOf(feed, {})).toEqual({ kind: 'off', reason: 'not-replaceable' });
  expect(stateOf({}, IMAGE)).toEqual({ kind: 'off', reason: 'no-feed' });
  expect(stateOf(feed, {}, false)).toEqual({ kind: 'off', reason: 'not-installed' });
});
