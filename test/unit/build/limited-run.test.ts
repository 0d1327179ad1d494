import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface LimitedRun {
  runLimited(
    command: readonly string[],
    options: { limitMs: number; graceMs?: number },
  ): Promise<{ readonly status: number | null; readonly isStopped: boolean }>;
}

const MODULE = pathToFileURL(resolve(import.meta.dirname, '../../../build/limited-run.mjs')).href;
const { runLimited } = (await import(MODULE)) as LimitedRun;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** Whether a process of Linux runs; one that ended and that nobody has asked about does not. */
const isRunning = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

const node = (script: string): string[] => [process.execPath, '-e', script];

test('a command that ends has its exit code', async () => {
  expect(await runLimited(node('process.exitCode = 3'), { limitMs: 60_000 })).toEqual({
    status: 3,
    isStopped: false,
  });
});

test('a command that cannot be started has none', async () => {
  expect(await runLimited(['/missing/program'], { limitMs: 60_000 })).toEqual({
    status: null,
    isStopped: false,
  });
});

test.runIf(process.platform === 'linux')(
  'at the limit, all processes of the command are stopped',
  async () => {
    const file = join(folder.path, 'pid');
    const script = `sleep 600 & echo $! > '${file}'; trap '' TERM; wait; while true; do :; done`;
    const run = runLimited(['sh', '-c', script], { limitMs: 2_000, graceMs: 100 });
    expect(await run).toEqual({ status: null, isStopped: true });
    const pid = Number(readFileSync(file, 'utf8'));
    expect(pid).toBeGreaterThan(0);
    await eventually('sleep ends', () => Promise.resolve(isRunning(pid) ? undefined : true));
  },
  60_000,
);

test.runIf(process.platform === 'linux')(
  'a signal to the run stops all processes of the command, and the run fails',
  async () => {
    const file = join(folder.path, 'pid');
    const command = ['sh', '-c', `sleep 60 & echo $! > '${file}.new'; mv '${file}.new' '${file}'; wait`];
    const script = `const { runLimited } = await import('${MODULE}');
      await runLimited(${JSON.stringify(command)}, { limitMs: 600_000 });`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    run.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const closed = once(run, 'close');
    await eventually('the command runs', () => Promise.resolve(existsSync(file) || undefined));
    run.kill('SIGTERM');
    expect(await closed).toEqual([1, null]);
    expect(complaint).toContain('Stopped by SIGTERM');
    const pid = Number(readFileSync(file, 'utf8'));
    await eventually('sleep ends', () => Promise.resolve(isRunning(pid) ? undefined : true));
  },
  60_000,
);
