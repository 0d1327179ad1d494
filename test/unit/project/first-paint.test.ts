import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The files of the project that a file imports when it is loaded; types are not loaded, and `import()` is later. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+([^'";]*?)\s*from '(\.[^']+\.ts)'/gm)].flatMap(
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

const LATER = [
  /^shared\/(api-contract|causes\/)/,
  /^src-main\/(compose|discovery|dialing|rlpx|p2p|eth|snap|server|nat|crawl|doctor|demo|recorder|export|wire)\//,
  /^src-main\/(stats|progress|health|causes|events)\//,
  /^src-main\/(program|store\/database|api\/(handlers|publisher|topics|http-server))\.ts$/,
  /^src-main\/desktop\/(open-presence|presence|tray-host|login-item|about|problem-report|redaction)\.ts$/,
];

test('the window opens before the node, the contract of its API and the rest of the desktop are loaded', () => {
  const files = loadedWith('src-main/main.ts');
  expect(files).toContain('src-main/desktop/window.ts');
  expect(files.filter((file) => LATER.some((pattern) => pattern.test(file)))).toEqual([]);
});

test('the program has what is loaded later', () => {
  const files = [...loadedWith('src-main/program.ts'), ...loadedWith('src-main/desktop/open-presence.ts')];
  for (const pattern of LATER.slice(0, 4))
    expect(
      files.some((file) => pattern.test(file)),
      `${pattern}`,
    ).toBe(true);
});
