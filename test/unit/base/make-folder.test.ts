import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../../src-main/base/make-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
const at = (...names: readonly string[]): string => join(folder.path, ...names);
afterAll(() => folder.remove());

describe('a folder', () => {
  test('is created with those above it, and left alone where it exists', () => {
    makeFolder(at('a', 'b', 'c'), 0o700);
    makeFolder(at('a', 'b', 'c'), 0o700);
    expect(statSync(at('a', 'b', 'c')).isDirectory()).toBe(true);
    expect(statSync(at('a', 'b')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o700);
  });

  test('is not created where a file is, or below one', () => {
    writeFileSync(at('file'), '');
    expect(() => makeFolder(at('file'), 0o700)).toThrow('EEXIST');
    expect(() => makeFolder(at('file', 'x'), 0o700)).toThrow('ENOTDIR');
  });

  test.skipIf(process.platform === 'win32')('is not created below a symbolic link that leads nowhere', () => {
    symlinkSync(at('nowhere'), at('link'));
    expect(() => makeFolder(at('link', 'x'), 0o700)).toThrow('EEXIST');
  });

  // Node's recursive mkdir does not return here.
  test.skipIf(process.platform !== 'linux')('is refused at once by a file system that answers ENOENT', () => {
    expect(() => makeFolder('/proc/enodeck/data', 0o700)).toThrow("mkdir '/proc/enodeck'");
  });
});
