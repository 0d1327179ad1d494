import { readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import type { DatabaseWrite } from '../../../src-main/store/sub-levels.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import { sessionKey } from '../../../src-main/store/keys.ts';
import { readLogFile } from '../../../src-main/store/leveldb/log-file.ts';
import { readTableFile } from '../../../src-main/store/leveldb/table-file.ts';
import { readWriteBatch, type Entry } from '../../../src-main/store/leveldb/write-batch.ts';
import { encodeSession } from '../../../src-main/store/session-values.ts';
import { contentOf, copyFolder, filesOf } from '../../support/database-copy.ts';
import { banOf } from '../../support/saved-bans.ts';
import { sessionOf } from '../../support/saved-sessions.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Random damages of one kind per file: where a file is cut decides what is lost. */
const RUNS = { delete: 1, truncate: 4, zero: 1, random: 1, patch: 2 } as const;
const KINDS = ['delete', 'truncate', 'zero', 'random', 'patch'] as const;

const utf8 = new TextDecoder();

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let used: string;
let names: readonly string[];
/** All entries. */
let content: ReadonlyMap<string, string>;
/** The file that contains each key. */
const fileOf = new Map<string, string>();

beforeAll(async () => {
  folder = await temporaryFolder();
  used = join(folder.path, 'used');
  // Each start converts the previous log to a table.
  for (let start = 0; start < 4; start++) {
    const database = await Database.open(used);
    const bans = new BanDatabase(database, silentLogger);
    for (let index = 0; index < 20; index++) await bans.put(banOf(idOf(start, index), index));
    await bans.remove([`node:${idOf(start, 3)}`]);
    const sessions = Array.from({ length: 60 }, (_, index): DatabaseWrite => {
      const at = 1_795_000_000_000 + start * 1_000 + index;
      const key = sessionKey(at, idOf(start, index), index);
      return { level: 'sessions', key, value: encodeSession(sessionOf(idOf(start, index), index, at)) };
    });
    for (let at = 0; at < sessions.length; at += 7) await database.write(sessions.slice(at, at + 7));
    if (start === 3) content = await contentOf(database);
    await database.close();
  }
  names = (await readdir(used)).sort();
  for (const name of names) {
    const bytes = new Uint8Array(await readFile(join(used, name)));
    const entries = name.endsWith('.ldb')
      ? readTableFile(bytes).entries
      : name.endsWith('.log')
        ? readLogFile(bytes).records.flatMap((record) => readWriteBatch(record) ?? [])
        : [];
    for (const { key } of entries) fileOf.set(new TextDecoder().decode(key), name);
  }
});
afterAll(() => folder.remove());

const idOf = (start: number, index: number): string =>
  (start * 1_000 + index).toString(16).padStart(8, '0').repeat(8);

interface Damage {
  readonly kind: (typeof KINDS)[number] | 'swap';
  readonly name: string;
  readonly other: string;
  readonly fraction: number;
  /** Of the random bytes. */
  readonly seed: number;
}

async function inflict(place: string, { kind, name, other, fraction, seed }: Damage): Promise<void> {
  const random = new SeededRandom(seed);
  const path = join(place, name);
  const { size } = await stat(path);
  if (kind === 'delete') await rm(path);
  else if (kind === 'truncate') await truncate(path, Math.floor(size * fraction));
  else if (kind === 'zero') await writeFile(path, new Uint8Array(size));
  else if (kind === 'random') await writeFile(path, random.bytes(size));
  else if (kind === 'patch') {
    const bytes = await readFile(path);
    const at = Math.floor(size * fraction);
    bytes.set(random.bytes(Math.min(40, size - at)), at);
    await writeFile(path, bytes);
  } else if (name !== other) {
    await rename(path, join(place, 'swapped'));
    await rename(join(place, other), path);
    await rename(join(place, 'swapped'), join(place, other));
  }
}

describe('a used database with one damaged file', () => {
  it('has several tables and a log', () => {
    expect(names.filter((name) => name.endsWith('.ldb'))).toHaveLength(3);
    expect(new Set(fileOf.values()).size).toBe(4);
    expect(content.size).toBeGreaterThan(300);
  });

  it('opens, has every intact entry, and keeps the damaged files', { timeout: 288_000 }, async () => {
    const fractions = fc.double({ min: 0, max: 0.999, noNaN: true });
    for (const [at, name] of names.entries()) {
      // A swap is symmetric.
      for (const other of names.slice(at + 1))
        await expectRecovered({ kind: 'swap', name, other, fraction: 0, seed: 0 });
      for (const kind of KINDS) {
        await fc.assert(
          fc.asyncProperty(fractions, fc.nat(), (fraction, seed) =>
            expectRecovered({ kind, name, other: name, fraction, seed }),
          ),
          { numRuns: RUNS[kind], endOnFailure: true },
        );
      }
    }
  });

  it('loses only the damaged block', async () => {
    const name = names.find((candidate) => candidate.endsWith('.ldb'))!;
    const inTable = [...fileOf].filter(([, file]) => file === name).length;
    const place = join(folder.path, 'one-block');
    await copyFolder(used, place);
    await inflict(place, { kind: 'patch', name, other: name, fraction: 0.5, seed: 1 });
    const database = await Database.open(place);
    const found = await contentOf(database);
    const lost = [...content.keys()].filter((key) => found.get(key) === undefined);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(inTable / 2);
    await database.close();
  });
});

/**
 * The newest intact version of each key in all files of a folder, `undefined` for a deletion. Both formats are tried, because
 * files may be swapped.
 */
async function intactIn(place: string): Promise<Map<string, string | undefined>> {
  const newest = new Map<string, Entry>();
  for (const name of await readdir(place)) {
    const bytes = new Uint8Array(await readFile(join(place, name)));
    const written = readLogFile(bytes).records.flatMap((record) => readWriteBatch(record) ?? []);
    for (const entry of [...readTableFile(bytes).entries, ...written]) {
      const key = utf8.decode(entry.key);
      if ((newest.get(key)?.sequence ?? -1) < entry.sequence) newest.set(key, entry);
    }
  }
  return new Map([...newest].map(([key, { value }]) => [key, value && utf8.decode(value)]));
}

let runs = 0;

async function expectRecovered(what: Damage): Promise<void> {
  const place = join(folder.path, `run-${String(runs++)}`, 'database');
  await copyFolder(used, place);
  await inflict(place, what);
  const damaged = await filesOf(place);
  const intact = await intactIn(place);
  const database = await Database.open(place);
  const found = await contentOf(database);
  const lost = [...content.keys()].filter((key) => found.get(key) !== content.get(key));
  // All intact entries are found, also those in the damaged file.
  expect([...intact].filter(([key, value]) => found.get(key) !== value)).toEqual([]);
  // All entries in undamaged files are found.
  expect(what.kind === 'swap' ? lost : lost.filter((key) => fileOf.get(key) !== what.name)).toEqual([]);
  const [copy] = await keptCopies(place);
  // When entries are lost, the damaged files are kept. A log that ends in an incomplete record is what a kill leaves: the
  // database is not damaged, and all complete records are found (above).
  const isCutLog = what.kind === 'truncate' && what.name.endsWith('.log');
  if (lost.length > 0 && !isCutLog) expect(copy).toBeDefined();
  expect(database.state.recovery?.copy).toBe(copy);
  if (copy !== undefined) expect(await filesOf(copy)).toEqual(damaged);
  await database.write([{ level: 'bans', key: 'new', value: '1' }], 'disk');
  await database.close();
  const again = await Database.open(place);
  expect(again.state).toMatchObject({ refusal: undefined, recovery: undefined });
  expect(await again.get('bans', 'new')).toBe('1');
  await again.close();
  await rm(join(place, '..'), { recursive: true });
}
