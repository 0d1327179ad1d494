import { readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyFolder, filesOf, GOOD_BANS, GOOD_DATABASE, GOOD_BANS_END } from '../../support/database-copy.ts';
import { startedApplications } from '../../support/started-applications.ts';

const applications = startedApplications();

const MANIFEST = 'MANIFEST-000004';
const TABLE = '000005.ldb';
const LOG = '000006.log';

const IN_LOG = ['192.0.2.9'];
const IN_TABLE = ['192.0.2.7', '192.0.2.8'];

type Inflict = (path: string) => Promise<unknown>;
const remove: Inflict = (path) => rm(path);
const empty: Inflict = (path) => truncate(path);
const cut: Inflict = async (path) => truncate(path, Math.floor((await stat(path)).size / 3));
const zero: Inflict = async (path) => writeFile(path, new Uint8Array((await stat(path)).size));
const scramble: Inflict = async (path) =>
  writeFile(
    path,
    (await readFile(path)).map((byte, at) => byte ^ ((at * 89 + 7) % 251)),
  );

/** Kind of damage, damaged file, the bans that are still readable. */
const DAMAGES: readonly (readonly [string, string, Inflict, readonly string[]])[] = [
  ['deleted', 'CURRENT', remove, GOOD_BANS],
  ['truncated', 'CURRENT', cut, GOOD_BANS],
  ['zeroed', 'CURRENT', zero, GOOD_BANS],
  ['scrambled', 'CURRENT', scramble, GOOD_BANS],
  ['deleted', MANIFEST, remove, GOOD_BANS],
  ['truncated', MANIFEST, cut, GOOD_BANS],
  ['zeroed', MANIFEST, zero, GOOD_BANS],
  ['scrambled', MANIFEST, scramble, GOOD_BANS],
  ['deleted', TABLE, remove, IN_LOG],
  ['truncated', TABLE, empty, IN_LOG],
  ['zeroed', TABLE, zero, IN_LOG],
  ['scrambled', TABLE, scramble, IN_LOG],
  ['deleted', LOG, remove, IN_TABLE],
  ['zeroed', LOG, zero, IN_TABLE],
  ['scrambled', LOG, scramble, IN_TABLE],
  ['swapped with the log', TABLE, (path) => swap(path, LOG), GOOD_BANS],
  ['swapped with CURRENT', MANIFEST, (path) => swap(path, 'CURRENT'), GOOD_BANS],
];

async function swap(path: string, other: string): Promise<void> {
  const second = join(path, '..', other);
  await rename(path, `${path}.swap`);
  await rename(second, path);
  await rename(`${path}.swap`, second);
}

// The bans of the database have an end, after which the node does not list them.
beforeEach(() => {
  vi.setSystemTime(GOOD_BANS_END - 3_600_000);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a headless node whose database is damaged', () => {
  test.each(DAMAGES)(
    'starts with the readable bans and keeps the damaged files: %s %s',
    async (_, name, inflict, bans) => {
      const place = applications.path('data', 'database');
      await copyFolder(GOOD_DATABASE, place);
      await inflict(join(place, name));
      const damaged = await filesOf(place);
      const { backend } = await applications.start('data');
      expect(backend.status().phase).toBe('running');
      const banned = (): string[] => backend.bans.list().map(({ target }) => target.value);
      expect(banned().sort()).toEqual(bans);
      const [copy = '', ...others] = (await readdir(applications.path('data'))).filter((entry) =>
        entry.startsWith('database.damaged-'),
      );
      expect(others).toEqual([]);
      expect(await filesOf(applications.path('data', copy))).toEqual(damaged);
      expect(backend.status().health.find(({ id }) => id === 'database')).toMatchObject({
        title: 'Database was damaged and repaired',
        advice: expect.stringContaining(copy) as string,
      });
      await backend.bans.add({ target: '192.0.2.1', duration: 'hour', reason: '' });
      expect(banned()).toContain('192.0.2.1');
    },
  );
});
