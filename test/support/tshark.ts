import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const LUA = resolve(import.meta.dirname, '../../docs/enodeck.lua');
/** BOUNDED: bytes that tshark may print. */
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Whether tests with tshark run: where it is installed, and always in .ci/run, which installs it. */
export const runsTshark =
  spawnSync('tshark', ['--version']).status === 0 || process.env['REQUIRE_TSHARK'] === '1';

/** Options with which tshark prints fields, one packet a line, separated by tabs. */
export const tsharkFields = (...names: readonly string[]): readonly string[] => [
  '-T',
  'fields',
  ...names.flatMap((name) => ['-e', name]),
];

/** What tshark prints of a pcapng file with our dissector; fails when tshark or the dissector reports an error. */
export async function tshark(base64: string, ...options: readonly string[]): Promise<string> {
  const { path: folder, remove } = await temporaryFolder();
  const file = join(folder, 'recording.pcapng');
  await writeFile(file, Buffer.from(base64, 'base64'));
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    ['-X', `lua_script:${LUA}`, '-r', file, ...options],
    { encoding: 'utf8', maxBuffer: MAX_OUTPUT, env: { ...process.env, HOME: folder, TZ: 'UTC' } },
  );
  await remove();
  expect(stderr).not.toMatch(/lua|malformed|error/i);
  expect(status).toBe(0);
  return stdout;
}
