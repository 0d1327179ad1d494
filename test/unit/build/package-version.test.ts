import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

interface Versions {
  packageVersion(version: string, electron: { version: string; release: boolean }): string;
}
const { packageVersion } = (await import(
  pathToFileURL(resolve(import.meta.dirname, '../../../build/package/version.mjs')).href
)) as Versions;

const PINNED = { version: '39.2.1', release: true };
const FALLBACK = { version: '33.2.1', release: false };

test('a package of the pinned Electron has the version of the program', () => {
  expect(packageVersion('0.1.0', PINNED)).toBe('0.1.0');
});

test('a package of another Electron names it', () => {
  expect(packageVersion('0.1.0', FALLBACK)).toBe('0.1.0~electron33.2.1');
});

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;

test.runIf(hasDpkg)(
  'the release replaces a package of another Electron, which replaces an earlier release',
  () => {
    const marked = packageVersion('0.1.0', FALLBACK);
    const sorts = (one: string, relation: string, other: string): boolean =>
      spawnSync('dpkg', ['--compare-versions', one, relation, other]).status === 0;
    expect(sorts(marked, 'lt', packageVersion('0.1.0', PINNED))).toBe(true);
    expect(sorts(marked, 'gt', packageVersion('0.0.9', PINNED))).toBe(true);
  },
);
