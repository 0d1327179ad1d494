import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md')),
];
const SOURCES = ['src-main', 'src-renderer', 'shared', 'test', 'build'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map(
    (name) => `/${room}/${name.replaceAll('\\', '/')}`,
  ),
);
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

test('the pages name only source files that exist', () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/`([\w./-]+\.(?:ts|mjs|vue))`/g)].map(([, path = '']) => ({ page, path })),
  );
  // NAME and SUBJECT are placeholders.
  const missing = named.filter(
    ({ path }) => !/[A-Z]{4}/.test(path) && !SOURCES.some((source) => source.endsWith(`/${path}`)),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('the pages link only to files that exist', () => {
  const links = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => ({ page, target })),
  );
  const dead = links.filter(({ page, target }) => !existsSync(join(ROOT, dirname(page), target)));
  expect(links.length).toBeGreaterThan(50);
  expect(dead).toEqual([]);
});
