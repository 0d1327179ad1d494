import { expect, test } from 'vitest';
import { programFile } from '../../../src-main/desktop/program-file.ts';

const IMAGE = { APPIMAGE: '/home/a/Enodeck.AppImage', APPDIR: '/tmp/.mount_x' };
const PORTABLE = { PORTABLE_EXECUTABLE_FILE: 'D:\\Enodeck.exe' };

test.each([
  ['an installed program', '/opt/Enodeck/enodeck', {}, '/opt/Enodeck/enodeck'],
  ['an AppImage', '/tmp/.mount_x/enodeck', IMAGE, '/home/a/Enodeck.AppImage'],
  ['a program in the terminal of another AppImage', '/opt/Enodeck/enodeck', IMAGE, '/opt/Enodeck/enodeck'],
  ['a program with a variable of an AppImage', '/opt/a', { APPIMAGE: IMAGE.APPIMAGE }, '/opt/a'],
  ['a portable program', 'C:\\Temp\\enodeck.exe', PORTABLE, 'D:\\Enodeck.exe'],
])('%s is started again by the file of the user', (_name, executable, environment, file) => {
  expect(programFile({ isPackaged: true, executable, environment })).toBe(file);
});

test('a working copy is started again by its Electron', () => {
  const environment = { ...IMAGE, ...PORTABLE, APPDIR: '/electron' };
  expect(programFile({ isPackaged: false, executable: '/electron/electron', environment })).toBe(
    '/electron/electron',
  );
});
