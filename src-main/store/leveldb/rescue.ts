/** All entries of a LevelDB folder that can still be read, whatever its CURRENT and MANIFEST say. Changes nothing. */
import { isLevelName, listFiles, readBytes, type FolderFile } from './folder-files.ts';
import { readLogFile } from './log-file.ts';
import { isTableFile, readTableFile } from './table-file.ts';
import { readWriteBatch, type Entry } from './write-batch.ts';

/** The newest value of each key, by the key's bytes as Latin-1 text. */
export type RescuedEntries = ReadonlyMap<string, Entry & { readonly value: Uint8Array }>;

/** What is read. */
export interface RescueOptions {
  /** Files to pass over: newer ones took their place. */
  readonly obsolete: ReadonlySet<string>;
  /** The bytes of LOCK, which is not opened here: closing it would end this process's lock. */
  readonly lock?: Uint8Array | undefined;
}

/**
 * Reads every file of LevelDB's by what it holds: they may have been swapped. A copy that the user has put beside them is
 * not read: it would bring back what was deleted since. @throws StoreError `not-readable`
 */
export async function rescueEntries(folder: string, options: RescueOptions): Promise<RescuedEntries> {
  const newest = new Map<string, Entry>();
  const latin1 = new TextDecoder('latin1');
  const take = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      const key = latin1.decode(entry.key);
      const known = newest.get(key);
      if (known === undefined || known.sequence < entry.sequence) newest.set(key, entry);
    }
  };
  for (const file of await listFiles(folder)) {
    if (file.kind === 'lock' || !isLevelName(file.name) || options.obsolete.has(file.name)) continue;
    const bytes = await readBytes(folder, file.name);
    if (typeof bytes !== 'string') take(entriesOf(file, bytes));
  }
  if (options.lock !== undefined) take(entriesOf(undefined, options.lock));
  return new Map(
    [...newest].filter(
      (pair): pair is [string, Entry & { value: Uint8Array }] => pair[1].value !== undefined,
    ),
  );
}

function entriesOf(file: FolderFile | undefined, bytes: Uint8Array): readonly Entry[] {
  if (isTableFile(bytes) || file?.kind === 'table') {
    const { entries } = readTableFile(bytes);
    if (entries.length > 0) return entries;
  }
  const written = readLogFile(bytes).records.flatMap((record) => readWriteBatch(record) ?? []);
  return written.length > 0 || file?.kind === 'table' ? written : readTableFile(bytes).entries;
}
