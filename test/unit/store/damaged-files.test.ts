import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLogSink } from '../../../src-main/base/file-log-sink.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { openDataFolder } from '../../../src-main/store/data-folder.ts';
import { Database } from '../../../src-main/store/database.ts';
import { openIdentity } from '../../../src-main/store/identity.ts';
import { NodeListStore } from '../../../src-main/store/node-lists.ts';
import { SettingsStore } from '../../../src-main/store/settings-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const logTo = (path: string, reasons: string[]): FileLogSink => {
  const options = { path, rotate: true, maxMegabytes: 1, maxBackups: 1, maxDays: 0, compress: false };
  return new FileLogSink(options, new VirtualClock(), {
    failed: (reason) => void reasons.push(reason),
    resumed: () => undefined,
  });
};

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
  ['a folder', (file: string) => mkdir(file), 'not-a-file', 'it is a folder, not a file'],
  ['a device', (file: string) => symlink('/dev/zero', file), 'not-a-file', 'it is a device, not a file'],
  [
    // It has no writer: a blocking read would never return.
    'a pipe',
    async (file: string) => {
      execFileSync('mkfifo', [file]);
    },
    'not-a-file',
    'it is a named pipe, not a file',
  ],
  [
    'a link to itself',
    (file: string) => symlink(file, file),
    'not-a-file',
    'it is a symbolic link that leads back to itself, not a file',
  ],
] as const;

const mkfifo = (path: string): Promise<void> => {
  execFileSync('mkfifo', [path]);
  return Promise.resolve();
};

/** What may be in place of a file, with its name in messages. */
const THINGS = [
  ['a folder', (path: string) => mkdir(path)],
  ['a folder', (path: string) => mkdir(join(path, 'with something in it'), { recursive: true })],
  ['a named pipe', mkfifo],
  ['a device', (path: string) => symlink('/dev/zero', path)],
  ['a symbolic link that leads back to itself', (path: string) => symlink(path, path)],
] as const;

/** Prefixes of the names of the other files of a database. */
const OTHER_LEVEL_NAMES = ['CURRENT', 'MANIFEST-', 'LOG'] as const;

describe.runIf(process.platform === 'linux')('a file that is', () => {
  for (const [what, damage, code, words] of DAMAGES) {
    it.each(STORES)(`${what} in place of %s is refused with advice, and not changed`, async (name, open) => {
      const file = join(folder.path, name);
      await damage(file);
      const before = code === 'not-a-file' ? undefined : await readFile(file);
      const error = (await open(file).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ name: 'SettingsError', code });
      expect(error.message).toContain(words);
      expect(error.message).toMatch(/ (?:The file|It) was left as it is\. .*(?:move it away|Use the newer)/i);
      // No advice about permissions, which do not matter for a folder, pipe or device.
      expect(error.message).not.toMatch(/right/);
      expect(error.message.startsWith(file)).toBe(true);
      if (before !== undefined) expect(await readFile(file)).toEqual(before);
      expect(await readdir(folder.path)).toEqual([name]);
    });
  }

  it.each(THINGS)('%s in place of the node key is refused with advice', async (what, make) => {
    for (const name of ['nodekey', 'nodekey.protected']) {
      const place = join(folder.path, what.replaceAll(' ', '-'), name);
      await mkdir(dirname(place), { recursive: true });
      await make(place);
      await expect(openIdentity(dirname(place), { random: systemRandom })).rejects.toMatchObject({
        code: 'key-file-unreadable',
        message: expect.stringMatching(
          `^The node key file ${place} is ${what}, not a file: move it away`,
        ) as string,
      });
      await rm(place, { recursive: true });
    }
  });

  it.each(THINGS)('%s in place of LOCK is reported, and nothing is changed', async (what, make) => {
    const place = join(folder.path, 'database');
    await (await Database.open(place)).close();
    const lock = join(place, 'LOCK');
    await rm(lock);
    await make(lock);
    const before = await readdir(place);
    await expect(Database.open(place)).rejects.toMatchObject({
      code: 'not-a-file',
      message: `${lock} is ${what}, where the database has its lock file: move it away, or choose another folder for the database. It was left as it is.`,
    });
    expect(await readdir(place)).toEqual(before);
    await rm(lock, { recursive: true });
    await (await Database.open(place)).close();
  });

  it.each(OTHER_LEVEL_NAMES.flatMap((name) => THINGS.map(([what, make]) => [what, name, make] as const)))(
    '%s in place of %s is repaired, and no entry is lost',
    async (_, name, make) => {
      const place = join(folder.path, 'database');
      const first = await Database.open(place);
      await first.write([{ level: 'meta', key: 'mine', value: 'kept' }], 'disk');
      await first.close();
      const names = await readdir(place);
      const file = join(place, names.find((found) => found.startsWith(name)) ?? name);
      await rm(file, { force: true });
      await make(file);
      const again = await Database.open(place);
      expect(await again.get('meta', 'mine')).toBe('kept');
      expect(again.state.refusal).toBeUndefined();
      await again.close();
      await (await Database.open(place)).close();
    },
  );

  it.each(THINGS)('%s in place of the log file does not block', async (what, make) => {
    const file = join(folder.path, 'enodeck.log');
    await make(file);
    const reasons: string[] = [];
    const sink = logTo(file, reasons);
    const line = { seq: 1, at: 0, level: 'info', module: 'x', message: 'm', fields: {} } as const;
    sink.write(line);
    sink.write(line);
    await sink.close();
    expect(reasons).toEqual([`${file} is ${what}, not a file: move it away`]);
  });

  it('in place of the log folder is reported', async () => {
    const place = join(folder.path, 'logs');
    await writeFile(place, 'mine');
    const reasons: string[] = [];
    const sink = logTo(join(place, 'enodeck.log'), reasons);
    sink.write({ seq: 1, at: 0, level: 'info', module: 'x', message: 'm', fields: {} });
    await sink.close();
    expect(reasons).toEqual([`${place} is not a folder: move it away`]);
  });

  it.each(THINGS)('%s with the name of a temporary file stays, and the start continues', async (_, make) => {
    for (const name of ['write-test', 'settings.json.123']) await make(join(folder.path, name));
    await (await openDataFolder(folder.path)).close();
    expect(await readdir(folder.path)).toEqual(
      expect.arrayContaining(['write-test', 'settings.json.123']) as string[],
    );
  });

  it('in place of the database folder is refused and not changed', async () => {
    const place = join(folder.path, 'database');
    await writeFile(place, 'mine');
    await expect(Database.open(place)).rejects.toMatchObject({
      code: 'not-a-folder',
      message: `${place} is a file where the folder of the database should be: move it away.`,
    });
    expect(await readFile(place, 'utf8')).toBe('mine');
  });
});
