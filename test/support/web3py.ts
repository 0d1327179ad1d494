import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { run } from './child.ts';

const script = (path: string): string => resolve(import.meta.dirname, path);
const installed = spawnSync(process.execPath, [script('../../build/web3py.mjs'), '--have'], {
  encoding: 'utf8',
});
const interpreter = installed.status === 0 ? installed.stdout.trim() : undefined;

/** Whether tests with web3.py run: where build/web3py.mjs has installed it, and where .ci/run demands it. */
export const runsWeb3Py = interpreter !== undefined || process.env['REQUIRE_WEB3PY'] === '1';

if (!runsWeb3Py) process.stderr.write('SKIPPED web3.py: install it with node build/web3py.mjs\n');

/** Runs web3py-clients.py. @returns the JSON value of its last line @throws Error with its output when it fails */
export async function web3Py(...args: readonly string[]): Promise<unknown> {
  if (interpreter === undefined) throw new Error('web3.py is not installed; run: node build/web3py.mjs');
  const child = await run('web3.py', interpreter, [script('web3py-clients.py'), ...args]);
  return JSON.parse(child.lines.at(-1) ?? '');
}
