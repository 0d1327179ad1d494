import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const BUILD = join(import.meta.dirname, '..', '..', '..', 'build');

function run(command: string, ...options: readonly string[]): { status: number | null; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(BUILD, command), ...options], {
    encoding: 'utf8',
  });
  return { status, said: stderr };
}

describe.each([
  ['test.mjs', '--require=PARTS, --minutes=NUMBER, --summary=FILE'],
  ['bench.mjs', '--json=FILE, --seconds=N, --only=PARTS, --profile=DIR, --budget'],
  ['package/linux.mjs', '--only=FORMATS, --fast'],
])('%s', (command, options) => {
  it('names a wrong option in a line, with those that there are', () => {
    expect(run(command, '--wrong')).toEqual({
      status: 2,
      said: `Unknown option '--wrong'. Options: ${options}.\n`,
    });
  });
});

it('says which option lacks its value', () => {
  const { status, said } = run('test.mjs', '--summary');
  expect(status).toBe(2);
  expect(said).toMatch(/^Option '--summary <value>' argument missing\. Options: /);
});
