import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { App } from 'electron';
import { afterEach, expect, test, vi } from 'vitest';
import { headlessArguments, runWithoutWindow } from '../../../src-main/desktop/without-window.ts';

const START = ['/usr/lib/enodeck/enodeck', '--enodeck-headless', '--no-sandbox', '--'];

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('takes the arguments after -- of a start by enodeck-headless', () => {
  expect(headlessArguments([...START, '--demo', '--', '--no-sandbox'])).toEqual([
    '--demo',
    '--',
    '--no-sandbox',
  ]);
});

test.each([
  ['without the mark', ['enodeck', '--no-sandbox', '--', '--demo']],
  ['without --', ['enodeck', '--enodeck-headless', '--demo']],
  ['with the mark behind --', ['enodeck', '--', '--enodeck-headless']],
])('leaves other starts to the window: %s', (_case, argv) => {
  expect(headlessArguments(argv)).toBeUndefined();
});

test.each([
  ['--version', 0],
  ['--no-such-option', 2],
])('ends the application with the exit code of %s, and leaves no files', async (option, code) => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const app = new FakeApp();
  await runWithoutWindow(app as unknown as App, [option], '/no-page');
  expect(app.codes).toEqual([code]);
  expect(app.folders).toHaveLength(1);
  expect(app.folders.filter((folder) => existsSync(folder))).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'ends with a line when there is no place for temporary files',
  async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.stubEnv('TMPDIR', '/no/such/folder');
    const app = new FakeApp();
    await runWithoutWindow(app as unknown as App, ['--version'], '/no-page');
    expect(app.codes).toEqual([1]);
    expect(said).toHaveBeenCalledWith(expect.stringMatching(/^enodeck: .*\/no\/such\/folder.*\n$/));
  },
);

class FakeApp extends EventEmitter {
  readonly codes: number[] = [];
  readonly folders: string[] = [];

  exit(code: number): void {
    this.codes.push(code);
  }

  setPath(_name: string, folder: string): void {
    if (existsSync(folder)) this.folders.push(folder);
  }
}
