import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

interface Outcome {
  readonly passed: number;
  readonly passedIn?: Readonly<Record<string, number>>;
  readonly skipped: readonly { readonly file: string; readonly test: string }[];
  readonly failures: readonly { readonly file: string; readonly test: string; readonly message: string }[];
}
interface TestParts {
  readonly PARTS: Record<
    string,
    {
      minutes: number;
      runsAgain?: boolean;
      run: (options: { readonly extra: readonly string[] }) => Promise<Outcome | string>;
    }
  >;
  runParts(
    names: readonly string[],
    options?: { required?: readonly string[]; minutes?: number },
  ): Promise<{ readonly passed: number; readonly failed: number; readonly skipped: number }>;
}

const { PARTS, runParts } = (await import(
  pathToFileURL(resolve(import.meta.dirname, '../../../build/test-parts.mjs')).href
)) as TestParts;

const printed: string[] = [];
let outcome: Outcome | string;

beforeEach(() => {
  printed.length = 0;
  for (const name of ['log', 'error'] as const) {
    vi.spyOn(console, name).mockImplementation((text: string) => printed.push(text));
  }
  PARTS['invented'] = { minutes: 1, run: () => Promise.resolve(outcome) };
});
afterEach(() => {
  delete PARTS['invented'];
  vi.restoreAllMocks();
});

const skipping: Outcome = { passed: 2, skipped: [{ file: 'a.test.ts', test: 'one' }], failures: [] };

test('a skipped test fails a required part only', async () => {
  outcome = skipping;
  expect(await runParts(['invented'])).toEqual({ passed: 2, failed: 0, skipped: 1 });
  expect(printed.join('\n')).not.toContain('FAILED');
  expect(await runParts(['invented'], { required: ['invented'] })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 1,
  });
  expect(printed.join('\n')).toContain('FAILED invented > a.test.ts > one\n    was skipped');
});

test('a part that cannot run says why, and fails when it is required', async () => {
  outcome = 'there is no display';
  expect(await runParts(['invented'])).toMatchObject({ failed: 0 });
  expect(printed.join('\n')).toContain('NOT RUN: invented, because there is no display');
  expect(await runParts(['invented'], { required: ['invented'] })).toMatchObject({ failed: 1 });
  expect(printed.join('\n')).toContain('FAILED invented > (the part)\n    not run: there is no display');
});

test('a required part without a test fails', async () => {
  outcome = { passed: 0, skipped: [], failures: [] };
  expect(await runParts(['invented'], { required: ['invented'] })).toMatchObject({ failed: 1 });
});

test('a part does not start when the time of the run is over', async () => {
  outcome = skipping;
  expect(await runParts(['invented'], { required: ['invented'], minutes: 0 })).toMatchObject({
    passed: 0,
    failed: 1,
  });
  expect(printed.join('\n')).toContain('not run: the time of the run is over');
});

const late = { file: 'a.test.ts', test: 'one', message: 'late' };

test('a part that drives other programs runs a failed file once more, and names what failed only once', async () => {
  const first = { passed: 3, passedIn: { 'a.test.ts': 1, 'b.test.ts': 2 }, skipped: [], failures: [late] };
  const second = { passed: 2, passedIn: { 'a.test.ts': 2 }, skipped: [], failures: [] };
  const run = vi.fn(({ extra }: { readonly extra: readonly string[] }) =>
    Promise.resolve(extra.includes('a.test.ts') ? second : first),
  );
  PARTS['invented'] = { minutes: 1, runsAgain: true, run };
  expect(await runParts(['invented'])).toEqual({ passed: 4, failed: 0, skipped: 0 });
  expect(run).toHaveBeenCalledTimes(2);
  expect(printed.join('\n')).toContain('FAILED ONCE, THEN PASSED invented > a.test.ts > one\n    late');
});

test('a failure that comes again is a failure', async () => {
  const failed = { passed: 0, passedIn: { 'a.test.ts': 0 }, skipped: [], failures: [late] };
  PARTS['invented'] = { minutes: 1, runsAgain: true, run: () => Promise.resolve(failed) };
  expect(await runParts(['invented'])).toMatchObject({ failed: 1 });
  expect(printed.join('\n')).toContain('FAILED invented > a.test.ts > one');
});

test('another part does not run a failed file once more', async () => {
  const run = vi.fn(() =>
    Promise.resolve({ passed: 0, passedIn: { 'a.test.ts': 0 }, skipped: [], failures: [late] }),
  );
  PARTS['invented'] = { minutes: 1, run };
  expect(await runParts(['invented'])).toMatchObject({ failed: 1 });
  expect(run).toHaveBeenCalledTimes(1);
});

test('the totals are the last line', async () => {
  outcome = { passed: 1, skipped: [], failures: [{ file: 'a.test.ts', test: 'two', message: 'no' }] };
  await runParts(['invented']);
  expect(printed.join('\n').split('\n').slice(-4)).toEqual([
    'FAILED invented > a.test.ts > two',
    '    no',
    '',
    'Tests: 1 passed, 1 failed, 0 skipped.',
  ]);
});
