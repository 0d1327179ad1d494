import { expect, test } from 'vitest';
import { aboutText, fuseMarks } from '../../../../src-renderer/model/about-text.ts';
import { SOME_ABOUT } from '../../../support/fake-desktop.ts';

test('a fuse is marked when it is not as in a package; a removed one counts as off', () => {
  expect(
    fuseMarks([
      { name: 'runAsNode', state: 'on' },
      { name: 'onlyLoadAppFromAsar', state: 'on' },
      { name: 'enableNodeOptionsEnvironmentVariable', state: 'removed' },
    ]).map(({ asPackage }) => asPackage),
  ).toEqual([false, true, true]);
});

test('the facts are copied as text, with unknown fuses and no commit said or left out', () => {
  expect(aboutText(SOME_ABOUT)).toBe(
    'Enodeck 1.2.3 (4df8996a12bc), working copy\nElectron 45.4.1, Chromium 148.0.1.2, Node.js 24.1.0\nlinux 6.1.0, x64\nFuses: unknown\n',
  );
  const fuses = [{ name: 'runAsNode', state: 'off' }] as const;
  const text = aboutText({ ...SOME_ABOUT, commit: null, packaged: true, fuses });
  expect(text).toContain('Enodeck 1.2.3, package');
  expect(text).toContain('Fuses: runAsNode off');
});
