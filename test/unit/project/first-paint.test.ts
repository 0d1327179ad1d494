import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The files of the project that a file imports when it is loaded; types are not loaded, and `import()` is later. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:(?:import|export)\s+([^'";]*?)\s*from|import) '(\.[^']+\.ts)'/gm)].flatMap(
    ([, names = '', path = '']) => {
      const members = /^\{([^}]*)\}$/.exec(names.trim())?.[1]?.split(',');
      const isTypes = (name: string): boolean => name.trim() === '' || name.trim().startsWith('type ');
      return names.startsWith('type ') || members?.every(isTypes) ? [] : [resolve(dirname(file), path)];
    },
  );
}

/** All files that are loaded with one. */
function loadedWith(entry: string): string[] {
  const loaded = new Set([resolve(ROOT, entry)]);
  for (const file of loaded) {
    for (const path of importsOf(file)) if (existsSync(path)) loaded.add(path);
  }
  return [...loaded].map((file) => relative(ROOT, file).replaceAll('\\', '/'));
}

/** Folders and files that are loaded after the first paint. */
const LATER_FOLDERS = [
  ...['compose', 'discovery', 'dialing', 'rlpx', 'p2p', 'eth', 'snap', 'server', 'nat', 'crawl', 'doctor'],
  ...['demo', 'recorder', 'export', 'wire', 'stats', 'progress', 'health', 'causes', 'events'],
].map((room) => `src-main/${room}/`);
const LATER = [
  ...['shared/causes/', 'shared/api-contract.ts', ...LATER_FOLDERS, 'src-main/program.ts'],
  'src-main/store/database.ts',
  ...['handlers', 'publisher', 'topics', 'http-server'].map((name) => `src-main/api/${name}.ts`),
  ...['open-presence', 'presence', 'tray-host', 'login-item', 'about', 'problem-report', 'redaction'].map(
    (name) => `src-main/desktop/${name}.ts`,
  ),
];

test('the window opens before the node, the contract of its API and the rest of the desktop are loaded', () => {
  const files = loadedWith('src-main/main.ts');
  expect(files).toContain('src-main/desktop/window.ts');
  expect(files.filter((file) => LATER.some((later) => file.startsWith(later)))).toEqual([]);
});

test('what is loaded later exists', () => {
  const entries = ['program', 'desktop/open-presence', 'desktop/about', 'desktop/problem-report'];
  const files = entries.flatMap((entry) => loadedWith(`src-main/${entry}.ts`));
  expect(LATER.filter((later) => !files.some((file) => file.startsWith(later)))).toEqual([]);
});
