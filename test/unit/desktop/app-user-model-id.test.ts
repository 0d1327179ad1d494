import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { APP_ID, nameForWindows } from '../../../src-main/desktop/app-user-model-id.ts';

function nameOn(platform: NodeJS.Platform, isPackaged: boolean): string[] {
  const names: string[] = [];
  const app = { isPackaged, setAppUserModelId: (name: string) => names.push(name) };
  nameForWindows(app, { platform, execPath: 'C:\\electron.exe' });
  return names;
}

test('the ID is that of the installer’s shortcut', async () => {
  const file = join(resolve(import.meta.dirname, '../../..'), 'build/electron-builder.config.mjs');
  const { default: config } = (await import(pathToFileURL(file).href)) as { default: { appId: string } };
  expect(APP_ID).toBe(config.appId);
});

test('a package on Windows has it, and a working copy the name of its Electron', () => {
  expect(nameOn('win32', true)).toEqual([APP_ID]);
  expect(nameOn('win32', false)).toEqual(['C:\\electron.exe']);
  expect([...nameOn('linux', true), ...nameOn('darwin', true)]).toEqual([]);
});
