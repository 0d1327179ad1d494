import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] } };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: { readonly push: Readonly<Record<string, unknown>>; readonly pull_request?: unknown };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly package: Job; readonly draft: Job };
}

/** js-yaml comes with electron-updater. */
function parseYaml(text: string): Workflow {
  const updater = createRequire(createRequire(import.meta.url).resolve('electron-updater'));
  const yaml = updater('js-yaml') as { load: (text: string) => unknown };
  return yaml.load(text) as Workflow;
}

const workflow = parseYaml(read('.github/workflows/release.yml'));
const { package: packaging, draft } = workflow.jobs;
const steps = [...packaging.steps, ...draft.steps];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

test('only a tag starts it, and only a tag makes a draft', () => {
  expect(workflow.on.push).toEqual({ tags: ['v*'] });
  expect(workflow.on.pull_request).toBeUndefined();
  expect(draft.if).toBe("github.ref_type == 'tag'");
  expect(draft.needs).toBe('package');
});

test('every system is built', () => {
  const builds = packaging.strategy?.matrix.include.map(({ name }) => name);
  expect(builds).toEqual(['linux-x64', 'linux-arm64', 'mac-universal', 'win-x64']);
});

test('it may read, and only the draft may write the contents', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(packaging.permissions).toBeUndefined();
  expect(draft.permissions).toEqual({ contents: 'write' });
  const checkout = steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkout?.with).toEqual({ 'persist-credentials': false });
});

test('actions have versions, jobs have time limits', () => {
  const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(used.length).toBeGreaterThan(3);
  for (const action of used) expect(action).toMatch(/^actions\/[\w-]+@v\d+$/);
  for (const job of [packaging, draft]) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
});

test('every script that it runs is one of package.json', () => {
  const named = steps.flatMap(({ run = '' }) =>
    [...run.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
  );
  expect(named).toEqual(['package', 'sbom']);
  for (const name of named) expect(scripts).toHaveProperty(String(name));
});

test('secrets reach only the step that hands them on, and no text of the event is in a script', () => {
  for (const { run = '', env = {} } of steps) {
    expect(run).not.toContain('secrets.');
    expect(run).not.toMatch(/\$\{\{\s*github\.(event|head_ref)/);
    const secret = Object.values(env).some((value) => value.includes('secrets.'));
    if (secret) expect(run).toContain('GITHUB_ENV');
  }
});

test('the draft has checksums of all files', () => {
  const script = draft.steps.map(({ run = '' }) => run).join('\n');
  expect(script).toContain('sha256sum -- * > ../SHA256SUMS');
  expect(script).toMatch(/gh release create .*--draft.*dist\/\*/);
});
