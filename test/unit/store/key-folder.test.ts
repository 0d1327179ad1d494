import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { openDataFolder } from '../../../src-main/store/data-folder.ts';
import { openIdentity } from '../../../src-main/store/identity.ts';
import {
  keysOf,
  writeKeyFile,
  type SecretProtector,
  type WriteKeyFile,
} from '../../../src-main/store/key-file.ts';
import { KeyFolder, MAX_LISTED_KEYS } from '../../../src-main/store/key-folder.ts';
import { keyring } from '../../support/keyring.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const open = (protector?: SecretProtector) => openIdentity(folder.path, { random: systemRandom, protector });
const NEW_KEY = new Uint8Array(32).fill(0x2a);
const NEW_ID = keysOf(NEW_KEY).idHex;

function keyFolder({ protector, write }: { protector?: SecretProtector; write?: WriteKeyFile } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 29, 4, 25));
  return new KeyFolder({ folder: folder.path, clock, protector, ...(write && { write }) });
}

describe('the key files of a data folder', () => {
  it('have the new key at the next start, and a copy of the old one that only the owner can read', async () => {
    const old = await open();
    const keys = keyFolder();
    await keys.replace(NEW_KEY);
    expect(await open()).toMatchObject({ idHex: NEW_ID, storage: 'file', created: false });
    const name = `nodekey.${old.idHex}.2026-11-29T04-25-00`;
    expect(await readFile(join(folder.path, name), 'utf8')).toBe(bytesToHex(old.privateKey));
    if (process.platform !== 'win32') expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600);
    expect(await keys.copies()).toEqual({
      keys: [{ name, idHex: old.idHex, replacedAt: Date.UTC(2026, 10, 29, 4, 25), storage: 'file' }],
      older: 0,
    });
    expect(await keys.open(name)).toMatchObject({ idHex: old.idHex, privateKey: old.privateKey });
  });

  it('keep new and old key in the keyring where the key was there', async () => {
    const old = await open(keyring);
    const keys = keyFolder({ protector: keyring });
    await keys.replace(NEW_KEY);
    expect(await open(keyring)).toMatchObject({ idHex: NEW_ID, storage: 'keyring' });
    const [kept] = (await keys.copies()).keys;
    expect(kept).toMatchObject({ idHex: old.idHex, storage: 'keyring' });
    expect((await keys.open(kept?.name ?? '')).privateKey).toEqual(old.privateKey);
    for (const name of await readdir(folder.path)) {
      const text = await readFile(join(folder.path, name), 'latin1');
      for (const key of [NEW_KEY, old.privateKey]) expect(text).not.toContain(bytesToHex(key));
    }
  });

  it('stay as they are when the keyring does not return the new key', async () => {
    const old = await open(keyring);
    const forgetful = { ...keyring, protect: () => keyring.protect('00'.repeat(32)) };
    const refusing = {
      ...keyring,
      protect: () => {
        throw new Error('no daemon');
      },
    };
    for (const protector of [forgetful, refusing]) {
      await expect(keyFolder({ protector }).replace(NEW_KEY)).rejects.toMatchObject({
        code: 'key-protected',
      });
      expect(await readdir(folder.path)).toEqual(['nodekey.protected']);
      expect((await open(keyring)).idHex).toBe(old.idHex);
    }
  });

  /** A write that fails before or after the file is there, as a crash does. */
  const failing =
    (failsAt: number, isWritten: boolean): WriteKeyFile =>
    async (file, content) => {
      writes += 1;
      if (writes !== failsAt || isWritten) await writeKeyFile(file, content);
      if (writes === failsAt) throw new Error('crash');
    };
  let writes = 0;

  it.each([
    [1, false, 'old'],
    [1, true, 'old'],
    [2, false, 'old'],
    [2, true, 'new'],
  ] as const)(
    'have a key after a crash at write %i (written: %s): the %s one',
    async (at, isWritten, which) => {
      for (const protector of [undefined, keyring]) {
        await folder.remove();
        folder = await temporaryFolder();
        const old = await open(protector);
        writes = 0;
        const keys = keyFolder({ ...(protector && { protector }), write: failing(at, isWritten) });
        await expect(keys.replace(NEW_KEY)).rejects.toMatchObject({ code: 'not-writable' });
        const { idHex } = await open(protector);
        expect(idHex).toBe(which === 'old' ? old.idHex : NEW_ID);
        const kept = (await keys.copies()).keys.map((each) => each.idHex);
        expect([idHex, ...kept]).toContain(old.idHex);
        // The change succeeds when it is made again.
        await keyFolder({ ...(protector && { protector }) }).replace(NEW_KEY);
        expect((await open(protector)).idHex).toBe(NEW_ID);
      }
    },
  );

  it('have no copy of the same key twice, and one of each key that was stored', async () => {
    const first = await open();
    const keys = keyFolder();
    await keys.replace(NEW_KEY);
    await keys.replace(first.privateKey);
    await keys.replace(NEW_KEY);
    await keys.replace(NEW_KEY);
    const { keys: kept } = await keys.copies();
    expect(kept.map(({ idHex }) => idHex).sort()).toEqual([first.idHex, NEW_ID].sort());
  });

  it('make a new copy where the kept one is damaged', async () => {
    const first = await open();
    const keys = keyFolder();
    await writeFile(join(folder.path, `nodekey.${first.idHex}.2026-01-01T00-00-00`), 'damaged');
    await keys.replace(NEW_KEY);
    expect((await keys.copies()).keys.map(({ name }) => name.slice(-19))).toEqual([
      '2026-11-29T04-25-00',
      '2026-01-01T00-00-00',
    ]);
  });

  it('are listed up to a bound, newest first', async () => {
    const day = (at: number): string => new Date(Date.UTC(2025, 0, at)).toISOString().slice(0, 10);
    const names = Array.from(
      { length: MAX_LISTED_KEYS + 3 },
      (_, at) => `nodekey.${'ab'.repeat(32)}.${day(at + 1)}T00-00-00`,
    );
    for (const name of names) await writeFile(join(folder.path, name), '');
    for (const other of ['nodekey.123', `nodekey.${'ab'.repeat(32)}.2025-13-01T00-00-00`, 'nodekey.x']) {
      await writeFile(join(folder.path, other), '');
    }
    const { keys, older } = await keyFolder().copies();
    expect(keys.map(({ name }) => name)).toEqual(names.reverse().slice(0, MAX_LISTED_KEYS));
    expect(older).toBe(3);
  });

  it('are opened only by the name of a copy, and only when the name says which key it is', async () => {
    await open();
    const lying = `nodekey.${'ab'.repeat(32)}.2025-01-01T00-00-00`;
    await writeFile(join(folder.path, lying), bytesToHex(NEW_KEY));
    const keys = keyFolder();
    await expect(keys.open(lying)).rejects.toMatchObject({ code: 'bad-key-file' });
    for (const name of [
      'nodekey',
      '../nodekey',
      '',
      `../${lying}`,
      `nodekey.${'ab'.repeat(32)}.2025-01-01`,
    ]) {
      await expect(keys.open(name)).rejects.toMatchObject({ code: 'key-file-unreadable' });
    }
  });

  it('lose the temporary files of interrupted writes when the data folder is opened', async () => {
    const left = [
      'nodekey.1234',
      'nodekey.protected.1234',
      `nodekey.${NEW_ID}.2026-11-29T04-25-00.1234`,
      `nodekey.${NEW_ID}.2026-11-29T04-25-00.protected.1234`,
    ];
    const kept = `nodekey.${NEW_ID}.2026-11-29T04-25-00`;
    for (const name of [...left, kept]) await writeFile(join(folder.path, name), '');
    await (await openDataFolder(folder.path)).close();
    const names = await readdir(folder.path);
    expect(names.filter((name) => name.startsWith('nodekey'))).toEqual([kept]);
  });
});
