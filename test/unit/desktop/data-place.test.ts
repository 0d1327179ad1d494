import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { afterAll, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src-main/cli/cli.ts';
import { openPlace } from '../../../src-main/desktop/data-place.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

/** The data folder of a start and where Electron keeps its files. */
function placeIn(data: string): { readonly folder: string; readonly userData: string | undefined } {
  const launch = parseCommandLine(['--datadir', data], {}, { mode: 'desktop', version: '0' }, []);
  if (launch.kind !== 'run') throw new Error('These arguments start no node');
  let userData: string | undefined;
  const app: Pick<App, 'setPath'> = { setPath: (_name, path) => (userData = path) };
  return { ...openPlace(launch.options, app, { platform: 'linux', env: {} }), userData };
}

test('Electron keeps its files in the data folder, which only the owner may read', () => {
  const data = join(folder.path, 'data');
  expect(placeIn(data)).toMatchObject({ folder: data, userData: join(data, 'desktop') });
  if (process.platform !== 'win32') expect(statSync(data).mode & 0o777).toBe(0o700);
});

test('a file in the place of the data folder is named', () => {
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  expect(() => placeIn(file)).toThrow(`The data folder ${file} is, or lies below, a file or a broken link.`);
});

// Node's own recursive mkdir does not return there.
test.skipIf(process.platform !== 'linux')('a folder that cannot be created is refused at once', () => {
  expect(() => placeIn('/proc/enodeck/data')).toThrow(
    'The data folder /proc/enodeck/data cannot be written (',
  );
});
