import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAbout, readLicences } from '../../../src-main/desktop/about.ts';
import { VERSION } from '../../../src-main/app/version.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const about = (electron: string) =>
  readAbout({
    process: {
      versions: { electron, chrome: '148.0.1.2', node: '24.1.0' },
      ...{ platform: 'linux', arch: 'x64', execPath: join(folder.path, 'none') },
    },
    packaged: false,
    systemVersion: '6.1.0',
  });

describe('the facts of this program', () => {
  test('are its versions, its system, and no fuses where the binary cannot be read', async () => {
    expect(await about('45.4.1')).toEqual({
      ...{ version: VERSION, commit: null, electron: '45.4.1', chromium: '148.0.1.2', node: '24.1.0' },
      ...{ system: 'linux 6.1.0, x64', packaged: false, outdatedElectron: false, fuses: null },
    });
  });

  test.each([
    ['33.2.1', true],
    ['42.9.9', true],
    ['43.0.0', false],
    ['45.4.1', false],
  ])('say whether its Electron gets security fixes: %s', async (electron, outdated) => {
    expect((await about(electron)).outdatedElectron).toBe(outdated);
  });
});

describe('the licences', () => {
  test('are read beside the program, or in its resources', async () => {
    const resources = join(folder.path, 'resources');
    await mkdir(resources);
    const program = join(folder.path, 'enodeck');
    expect(await readLicences(program, resources)).toBeNull();
    await writeFile(join(resources, 'NOTICES.txt'), 'of the resources');
    expect(await readLicences(program, resources)).toBe('of the resources');
    await writeFile(join(folder.path, 'NOTICES.txt'), 'beside');
    expect(await readLicences(program, resources)).toBe('beside');
  });
});
