import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegularFile, readRegularFile, readRegularFileNow } from '../../../src-main/base/regular-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let at: (name: string) => string;
beforeEach(async () => {
  folder = await temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

/** The error of both readers, which must have the same code. */
async function refusal(path: string, maxBytes = 100): Promise<unknown> {
  const later = await readRegularFile(path, maxBytes).catch((error: unknown) => error);
  let now: unknown;
  try {
    now = readRegularFileNow(path, maxBytes);
  } catch (error) {
    now = error;
  }
  expect(now).toMatchObject({ code: (later as { code: string }).code });
  return later;
}

describe('a regular file', () => {
  it('is read completely up to the maximum size, also through a link', async () => {
    await writeFile(at('a'), 'x'.repeat(100), { mode: 0o640 });
    await symlink(at('a'), at('link'));
    for (const name of ['a', 'link']) {
      const { bytes, mode } = await readRegularFile(at(name), 100);
      expect(bytes).toHaveLength(100);
      if (process.platform !== 'win32') expect(mode).toBe(0o640);
      expect(readRegularFileNow(at(name), 100)).toEqual({ bytes, mode });
    }
    await writeFile(at('empty'), '');
    expect((await readRegularFile(at('empty'), 100)).bytes).toHaveLength(0);
  });

  it('is refused with the reason when it is too large, missing or a folder', async () => {
    await writeFile(at('large'), 'x'.repeat(101));
    await mkdir(at('folder'));
    expect(await refusal(at('large'))).toMatchObject({
      code: 'file-too-large',
      message: 'is larger than 100 bytes',
    });
    expect(await refusal(at('folder'))).toMatchObject({
      code: 'file-not-regular',
      message: 'is a folder, not a file',
    });
    expect(await refusal(at('none'))).toMatchObject({ code: 'file-missing', message: 'does not exist' });
    expect(await refusal(join(at('large'), 'x'))).toMatchObject({ code: 'file-missing' });
  });

  it.skipIf(process.platform === 'win32')(
    'is required: a pipe, device or socket is refused without blocking',
    async () => {
      execFileSync('mkfifo', [at('pipe')]);
      expect(await refusal(at('pipe'))).toMatchObject({ message: 'is a named pipe, not a file' });
      expect(await refusal('/dev/zero')).toMatchObject({ message: 'is a device, not a file' });
      const server = createServer().listen(at('socket'));
      await once(server, 'listening');
      expect(await refusal(at('socket'))).toMatchObject({ message: 'is a socket, not a file' });
      server.close();
    },
  );

  it.skipIf(process.platform === 'win32')('is refused without read permission', async () => {
    await writeFile(at('mine'), 'x');
    await chmod(at('mine'), 0);
    // Root can read every file, so that it acts as another user during the check.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await refusal(at('mine'))).toMatchObject({ code: 'file-unreadable' });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'with a wrong size is not read beyond the maximum size',
    async () => {
      expect(await refusal('/proc/self/maps', 100)).toMatchObject({ code: 'file-unreadable' });
    },
  );
});

describe('a file that is read in pieces', () => {
  it('gives the bytes at an offset', async () => {
    await writeFile(at('pieces'), 'abcdef');
    const file = await openRegularFile(at('pieces'));
    expect(file.size).toBe(6);
    expect(new TextDecoder().decode(await file.read(2, 3))).toBe('cde');
    expect(await file.read(6, 0)).toHaveLength(0);
    await file.close();
  });

  it('is refused where it ends before the piece', async () => {
    await writeFile(at('pieces'), 'abcdef');
    const file = await openRegularFile(at('pieces'));
    await expect(file.read(4, 3)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: 'changes while it is read',
    });
    await file.close();
  });

  it('must be a regular file', async () => {
    await expect(openRegularFile(at('none'))).rejects.toMatchObject({ code: 'file-missing' });
    await expect(openRegularFile(at(''))).rejects.toMatchObject({ code: 'file-not-regular' });
  });
});
