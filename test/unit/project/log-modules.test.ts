import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

const sources = readdirSync(join(ROOT, 'src-main'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src-main', file), 'utf8'));
const named = new Set(
  sources.flatMap((text) => [...text.matchAll(/ogger\.child\('([^']+)'\)/g)].map(([, name = '']) => name)),
);

/** The modules of the table, in the first column of docs/operate.md. */
const documented = readFileSync(join(ROOT, 'docs/operate.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\| (`[a-z].*?) +\|/.exec(line)?.[1]?.match(/[^`, ]+/g) ?? []);

test('docs/operate.md lists every module of the log', () => {
  const listed = (name: string): boolean =>
    documented.some((module) => module === name || module.endsWith(`/${name}`));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((name) => !listed(name))).toEqual([]);
});
