import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Failure {
  readonly part?: string;
  readonly file: string;
  readonly test: string;
  readonly message: string;
}
interface Outcome {
  readonly passed: number;
  readonly passedIn: Readonly<Record<string, number>>;
  readonly skipped: readonly { readonly file: string; readonly test: string }[];
  readonly failures: readonly Failure[];
}
interface TestOutcome {
  readRecord(text: string): Outcome;
  filesToRunAgain(outcome: Outcome): readonly string[];
  afterSecondRun(first: Outcome, second: Outcome, files: readonly string[]): unknown;
  describeFailures(failures: readonly Failure[], label?: string): string;
  describeTotal(total: { passed: number; failures: readonly Failure[]; skipped: number }): string;
}

const ROOT = resolve(import.meta.dirname, '../../..');
const { readRecord, filesToRunAgain, afterSecondRun, describeFailures, describeTotal } = (await import(
  pathToFileURL(join(ROOT, 'build/test-outcome.mjs')).href
)) as TestOutcome;

const record = (...lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const ended = (file: string, rest: object = {}): object => ({
  event: 'ended',
  file,
  passed: 1,
  skipped: [],
  failures: [],
  ...rest,
});

test('a run without a failure has only counts', () => {
  const text = record({ event: 'started', file: 'a' }, ended('a'), { event: 'finished', unhandled: [] });
  expect(readRecord(text)).toEqual({ passed: 1, passedIn: { a: 1 }, skipped: [], failures: [] });
  expect(describeFailures([])).toBe('');
});

test('failures and skipped tests have their file', () => {
  const failure = { test: 'one > two', message: 'expected 1 to be 2' };
  const text = record(ended('a', { failures: [failure], skipped: ['three'] }), ended('b'));
  expect(readRecord(text)).toEqual({
    passed: 2,
    passedIn: { a: 1, b: 1 },
    skipped: [{ file: 'a', test: 'three' }],
    failures: [{ file: 'a', ...failure }],
  });
});

test('a file that started and has not ended is a failure: the run was stopped, or its process ended', () => {
  const text = record({ event: 'started', file: 'a' }, { event: 'started', file: 'b' }, ended('a'));
  expect(readRecord(text).failures).toEqual([{ file: 'b', test: '(the file)', message: 'did not end' }]);
});

test('an error outside of a test is a failure', () => {
  const loose = { test: '(outside of a test)', message: 'loose' };
  expect(readRecord(record({ event: 'finished', unhandled: [loose] })).failures).toEqual([
    { file: '', ...loose },
  ]);
});

const failing = (file: string, name: string): Failure => ({ file, test: name, message: 'no' });
const outcomeOf = (passedIn: Record<string, number>, ...failures: readonly Failure[]): Outcome => ({
  passed: Object.values(passedIn).reduce((sum, each) => sum + each, 0),
  passedIn,
  skipped: [],
  failures,
});

test('one or two files with failures are run once more; more are not, and neither is what failed outside of a file', () => {
  expect(filesToRunAgain(outcomeOf({}))).toEqual([]);
  const [a, b, c] = [failing('a', 'one'), failing('b', 'one'), failing('c', 'one')];
  expect(filesToRunAgain(outcomeOf({}, a, failing('a', 'two'), b))).toEqual(['a', 'b']);
  expect(filesToRunAgain(outcomeOf({}, a, b, c))).toEqual([]);
  expect(filesToRunAgain(outcomeOf({}, a, failing('', '(the part)')))).toEqual([]);
});

test('the second run of a file replaces its first one, and what failed only once is named', () => {
  const [one, two] = [failing('a', 'one'), failing('a', 'two')];
  const first = outcomeOf({ a: 3, b: 10 }, one, two);
  expect(afterSecondRun(first, outcomeOf({ a: 4 }, two), ['a'])).toEqual({
    passed: 14,
    passedIn: { a: 4, b: 10 },
    skipped: [],
    failures: [two],
    unstable: [one],
  });
});

test('a failure is printed with its part, file, full name and message', () => {
  const text = describeFailures([
    { part: 'geth', file: 'test/geth/a.test.ts', test: 'one > two', message: 'first\nsecond' },
    { part: 'e2e', file: '', test: '(the part)', message: 'not run' },
  ]);
  expect(text).toBe(
    'FAILED geth > test/geth/a.test.ts > one > two\n    first\n    second\nFAILED e2e > (the part)\n    not run',
  );
});

test('at most 30 failures are printed, and the others are counted', () => {
  const failures = Array.from({ length: 33 }, (_, index) => ({
    part: 'core',
    file: 'a',
    test: `test ${String(index)}`,
    message: 'no',
  }));
  const lines = describeFailures(failures).split('\n');
  expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(30);
  expect(lines.at(-1)).toBe('and 3 more failures');
  expect(describeTotal({ passed: 5, failures, skipped: 1 })).toBe('Tests: 5 passed, 33 failed, 1 skipped.');
});

test('the record of vitest has failed tests, hooks and files, with the first lines of their messages', async () => {
  const folder = await temporaryFolder();
  try {
    await writeFile(
      join(folder.path, 'tests.test.js'),
      `describe('outer', () => {
         beforeAll(() => { throw new Error('the hook broke'); });
         test('never runs', () => {});
       });
       test('passes', () => {});
       test('fails', () => { throw new Error(Array.from({ length: 40 }, (_, i) => 'line ' + i).join('\\n')); });`,
    );
    await writeFile(join(folder.path, 'load.test.js'), `throw new Error('the file broke');`);
    const path = join(folder.path, 'record');
    const args = [
      'run',
      '--globals',
      '--root',
      folder.path,
      '--reporter',
      join(ROOT, 'build/test-record.mjs'),
    ];
    const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: folder.path,
      env: { ...process.env, ENODECK_TEST_RECORD: path, VITEST: '' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    const { passed, skipped, failures } = readRecord(await readFile(path, 'utf8'));
    expect(passed).toBe(1);
    expect(skipped).toEqual([{ file: 'tests.test.js', test: 'outer > never runs' }]);
    const of = (name: string): string | undefined => failures.find((each) => each.test === name)?.message;
    expect(failures).toHaveLength(3);
    expect(of('(the file)')).toBe('the file broke\nat load.test.js:1');
    expect(of('outer (hook)')).toBe('the hook broke\nat tests.test.js:2');
    expect(of('fails')?.split('\n').slice(-2)).toEqual(['line 9', 'at tests.test.js:6']);
  } finally {
    await folder.remove();
  }
}, 60_000);
