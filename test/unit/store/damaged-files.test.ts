import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../../src-main/store/database.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const STORES = [
  ['settings.json', (file: string): Promise<unknown> => SettingsStore.open(file)],
  [
    'nodes.json',
    (file: string): Promise<unknown> =>
      NodeListStore.open({
        file,
        clock: new VirtualClock(),
        events: { emit: () => undefined },
        ownIdHex: '0'.repeat(64),
      }),
  ],
] as const;

const DAMAGES = [
  ['empty', (file: string) => writeFile(file, ''), 'invalid-json', 'the file ends too early'],
  [
    'zeros',
    (file: string) => writeFile(file, new Uint8Array(200)),
    'invalid-json',
    'a value is expected here',
  ],
  [
    'random bytes',
    (file: string) =>
      writeFile(
        file,
        Uint8Array.from({ length: 99 }, (_, at) => (at * 73 + 200) % 256),
      ),
    'invalid-json',
    'expected here',
  ],
  ['cut short', (file: string) => writeFile(file, '{"version": 1, "sta'), 'invalid-json', 'no closing quote'],
  [
    'of the future',
    (file: string) => writeFile(file, '{"version": 99}'),
    'newer-version',
    'Use the newer Enodeck',
  ],
  ['a folder', (file: string) => mkdir(file), 'unreadable', 'it is a folder, not a file'],
  ['a device', (file: string) => symlink('/dev/zero', file), 'unreadable', 'it is a device, not a file'],
  [
    // Nobody writes into it: whoever reads it waits for ever.
    'a pipe',
    async (file: string) => {
      execFileSync('mkfifo', [file]);
    },
    'unreadable',
    'it is a named pipe, not a file',
  ],
  ['a link to itself', (file: string) => symlink(file, file), 'unreadable', 'it cannot be read (ELOOP'],
] as const;

describe.runIf(process.platform === 'linux')('a file that is', () => {
  for (const [what, damage, code, words] of DAMAGES) {
    it.each(STORES)(
      `${what} in the place of %s is refused with what to do, and left as it is`,
      async (name, open) => {
        const file = join(folder.path, name);
        await damage(file);
        const before = code === 'unreadable' ? undefined : await readFile(file);
        const error = (await open(file).catch((thrown: unknown) => thrown)) as Error;
        expect(error).toMatchObject({ name: 'SettingsError', code });
        expect(error.message).toContain(words);
        expect(error.message).toMatch(/ The file was left as it is\. .*(?:move it away|Use the newer)/i);
        if (before !== undefined) expect(await readFile(file)).toEqual(before);
        expect(await readdir(folder.path)).toEqual([name]);
      },
    );
  }

  it('in the place of the database’s folder is refused and left as it is', async () => {
    const place = join(folder.path, 'database');
    await writeFile(place, 'mine');
    await expect(Database.open(place)).rejects.toMatchObject({
      code: 'not-a-folder',
      message: `${place} is a file where the folder of the database should be: move it away.`,
    });
    expect(await readFile(place, 'utf8')).toBe('mine');
  });
});
