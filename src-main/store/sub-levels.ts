/** Reads and writes the sub-levels of an open LevelDB, or of the entries that are held in memory while it is not open. */
import type { Level } from 'level';
import type { Backing } from './database-opener.ts';
import { SUB_LEVELS, type SubLevelName } from './keys.ts';

/** One write of a batch; without a value the key is deleted. */
export interface DatabaseWrite {
  readonly level: SubLevelName;
  readonly key: string;
  readonly value: string | undefined;
}

/** The entries to read, and their order. */
export interface KeyRange {
  readonly level: SubLevelName;
  /** Descending order of keys; ascending by default. */
  readonly reverse?: boolean;
  /** Reads no values: they are empty strings. */
  readonly keysOnly?: boolean;
  /** Exclusive bound: only keys after it in the order of reading. */
  readonly bound?: string;
}

const ENCODINGS = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;

function openSubLevel(level: Level, name: SubLevelName) {
  return level.sublevel(SUB_LEVELS[name], ENCODINGS);
}

type SubLevel = ReturnType<typeof openSubLevel>;

const subLevels = new WeakMap<Level, Map<SubLevelName, SubLevel>>();

/** LevelDB's view of a sub-level, created once per database. */
export function subLevel(level: Level, name: SubLevelName): SubLevel {
  const opened = subLevels.get(level) ?? new Map<SubLevelName, SubLevel>();
  subLevels.set(level, opened);
  const found = opened.get(name) ?? openSubLevel(level, name);
  opened.set(name, found);
  return found;
}

/** Writes all or nothing. @param sync whether to wait until the disk has it. @throws an error of the `level` package */
export async function putBatch(level: Level, writes: readonly DatabaseWrite[], sync: boolean): Promise<void> {
  await level.batch(
    writes.map(({ level: name, key, value }) =>
      value === undefined
        ? { type: 'del' as const, sublevel: subLevel(level, name), key }
        : { type: 'put' as const, sublevel: subLevel(level, name), key, value },
    ),
    { sync },
  );
}

/** The entries of a range, in its order. @throws an error of the `level` package */
export async function* readRange(
  backing: Backing,
  { level, reverse = false, keysOnly = false, bound }: KeyRange,
): AsyncGenerator<[string, string]> {
  if (backing.kind === 'level') {
    const range = { reverse, ...(bound !== undefined && (reverse ? { lt: bound } : { gt: bound })) };
    const entries = subLevel(backing.level, level);
    if (!keysOnly) yield* entries.iterator(range);
    else for await (const key of entries.keys(range)) yield [key, ''];
    return;
  }
  const all = backing.entries.all(level);
  for (const [key, value] of reverse ? [...all].reverse() : all) {
    if (bound === undefined || (reverse ? key < bound : key > bound)) yield [key, value];
  }
}
