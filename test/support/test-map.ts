import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');
const ROOMS = ['src-main', 'shared', 'src-renderer'] as const;
const VALUE_IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'";]*?from\s*)?'(\.[^']+)'|import\('(\.[^']+)'\)/gm;
/** A source file that a test bundles, such as `'../../../src-main/headless.ts'`. */
const BUNDLED = /'(\.[^']*\/src-main\/[^']+\.ts)'/g;
/** Entries that test support builds or starts: a separate process, the window, or its page with invented data. */
const STARTED: Readonly<Record<string, readonly string[]>> = {
  'test/support/headless.ts': ['src-main/headless.ts'],
  'test/support/window.ts': ['src-main/main.ts', 'src-main/preload.ts', 'src-renderer/main.ts'],
  'test/support/window-preview/preview.ts': ['src-renderer/main.ts'],
};

/** One row of docs/test-map.md. Paths are relative to the root of the repository. */
export interface MapRow {
  readonly files: readonly string[];
  readonly test: string;
}

/** The rows of docs/test-map.md: `| files, each in backticks | test in backticks |`. A folder, with `/`, is its components. */
export function readTestMap(): readonly MapRow[] {
  const lines = readFileSync(join(ROOT, 'docs/test-map.md'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, files, test] = /^\| (`.+`) +\| `(.+)` +\|$/.exec(line) ?? [];
    if (files === undefined || test === undefined) return [];
    const paths = [...files.matchAll(/`([^`]+)`/g)].flatMap(([, path = '']) =>
      path.endsWith('/') ? componentsIn(path) : [path],
    );
    return [{ files: paths, test: `test/${test}` }];
  });
}

/** Vue components, and source files that have a function or a method. */
export function filesWithBehaviour(): readonly string[] {
  return ROOMS.flatMap(filesIn)
    .filter((file) => file.endsWith('.vue') || (/(?<!\.d)\.ts$/.test(file) && hasBehaviour(file)))
    .sort();
}

/** The components of a folder; the folder itself if it has none, so that the row counts as stale. */
function componentsIn(folder: string): readonly string[] {
  const components = filesIn(folder.replace(/\/$/, '')).filter((file) => file.endsWith('.vue'));
  return components.length === 0 ? [folder] : components;
}

function filesIn(folder: string): readonly string[] {
  if (!exists(folder)) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
    (name) => `${folder}/${name.replaceAll('\\', '/')}`,
  );
}

/** The unit test at the mirrored path: src-main/eth/status.ts has test/unit/eth/status.test.ts, other roots keep their name. */
export function mirrorOf(file: string): string {
  return `test/unit/${file.replace(/^src-main\//, '').replace(/\.(?:ts|vue)$/, '.test.ts')}`;
}

export const exists = (file: string): boolean => existsSync(join(ROOT, file));

function hasBehaviour(file: string): boolean {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): boolean => {
    const isCode =
      ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isAccessor(node) ||
      ts.isArrowFunction(node) ||
      ts.isFunctionExpression(node);
    return isCode || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  };
  return visit(source);
}

/** Every file that a test imports as a value, itself or through other files, and the same for the entries that it starts. */
export function filesReachedBy(test: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [test];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !exists(file)) continue;
    reached.add(file);
    waiting.push(...importsOf(file));
  }
  return reached;
}

const imports = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(ROOT, file), 'utf8');
  const paths = [...text.matchAll(VALUE_IMPORT)].map(([, first, second]) => first ?? second ?? '');
  if (file.startsWith('test/')) paths.push(...[...text.matchAll(BUNDLED)].map(([, path = '']) => path));
  const found = paths.map((path) => relative(ROOT, resolve(ROOT, dirname(file), path)).replaceAll('\\', '/'));
  const all = [...found, ...(STARTED[file] ?? [])];
  imports.set(file, all);
  return all;
}
