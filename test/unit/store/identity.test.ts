import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { openIdentity, readKeyFile } from '../../../src-main/store/identity.ts';
import type { SecretProtector } from '../../../src-main/store/key-file.ts';
import { keyring } from '../../support/keyring.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const open = (protector?: SecretProtector) => openIdentity(folder.path, { random: systemRandom, protector });

describe('the node key', () => {
  it('is generated at the first start and reused at the next, in the format of geth', async () => {
    const first = await open();
    expect(first).toMatchObject({ created: true, storage: 'file' });
    expect(await readFile(join(folder.path, 'nodekey'), 'utf8')).toBe(bytesToHex(first.privateKey));
    if (process.platform !== 'win32') expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    const second = await open();
    expect(second).toMatchObject({ created: false, publicKey: first.publicKey });
  });

  it('is read from a file with a line end', async () => {
    const file = join(folder.path, 'my.key');
    await writeFile(file, `${'1f'.repeat(32)}\r\n`);
    expect(bytesToHex((await readKeyFile(file)).privateKey)).toBe('1f'.repeat(32));
  });

  it.each([
    ['too short', 'ab'.repeat(31)],
    ['too long', 'ab'.repeat(33)],
    ['with a prefix', `0x${'ab'.repeat(32)}`],
    ['zero', '00'.repeat(32)],
    ['above the group order', 'ff'.repeat(32)],
    ['empty', ''],
    ['huge', 'ab'.repeat(4_000)],
  ])('is refused when it is %s, not overwritten, and not part of the error message', async (_what, text) => {
    const file = join(folder.path, 'nodekey');
    await writeFile(file, text);
    const error = await open().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ code: 'bad-key-file', message: expect.stringContaining(file) as string });
    if (text !== '') expect(error?.message).not.toContain(text.slice(0, 20));
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is encrypted with the keyring when there is one', async () => {
    const first = await open(keyring);
    expect(first.storage).toBe('keyring');
    expect(await readFile(first.file, 'latin1')).not.toContain(bytesToHex(first.privateKey));
    expect((await open(keyring)).publicKey).toEqual(first.publicKey);
  });

  it('is not replaced by a new key when the keyring cannot be used', async () => {
    await open(keyring);
    await expect(open()).rejects.toMatchObject({ code: 'key-protected' });
    await expect(open({ ...keyring, available: false })).rejects.toMatchObject({ code: 'key-protected' });
    const other = {
      ...keyring,
      unprotect: () => {
        throw new Error('wrong keyring');
      },
    };
    await expect(open(other)).rejects.toMatchObject({ code: 'bad-key-file' });
  });

  it('is written to the plain file, with a warning, when the keyring fails', async () => {
    const failing = {
      ...keyring,
      protect: () => {
        throw new Error('no daemon');
      },
    };
    const first = await open(failing);
    expect(first).toMatchObject({ storage: 'file', created: true, file: join(folder.path, 'nodekey') });
    expect(first.warnings).toEqual([
      { code: 'keyring-failed', message: expect.stringContaining('(no daemon)') as string },
    ]);
    expect((await open(failing)).publicKey).toEqual(first.publicKey);
  });

  it('gives advice for a locked keyring, different for the desktop application and headless', async () => {
    await open(keyring);
    const locked = open({ ...keyring, available: false });
    await expect(locked).rejects.toThrow(/unlock it and start again, or start with --password-store=/);
    await expect(open()).rejects.toThrow(/only the desktop application can use/);
  });

  it.skipIf(process.platform === 'win32').each([
    [0o600, 0],
    [0o400, 0],
    [0o640, 1],
    [0o604, 1],
    [0o644, 1],
    [0o660, 1],
  ])('with mode %i has %i warnings', async (mode, warnings) => {
    const file = join(folder.path, 'nodekey');
    await writeFile(file, '1f'.repeat(32));
    await chmod(file, mode);
    for (const identity of [await open(), await readKeyFile(file)]) {
      expect(identity.warnings.map(({ code }) => code)).toEqual(
        Array.from({ length: warnings }, () => 'key-readable-by-others'),
      );
    }
  });

  it('is refused when the configured file does not exist', async () => {
    await expect(readKeyFile(join(folder.path, 'none'))).rejects.toMatchObject({
      code: 'key-file-unreadable',
    });
  });
});
