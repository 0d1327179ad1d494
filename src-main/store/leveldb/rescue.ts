/** Reads all readable entries of a LevelDB folder without its CURRENT and MANIFEST. Changes nothing. */
import { isLevelName, listFiles, readBytes, type FolderFile } from './folder-files.ts';
import { readLogFile } from './log-file.ts';
import { isTableFile, readTableFile } from './table-file.ts';
import { readWriteBatch, type Entry } from './write-batch.ts';

/** The newest value of each key, by the key as Latin-1 text. */
export type RescuedEntries = ReadonlyMap<string, Entry & { readonly value: Uint8Array }>;

/** Options of `rescueEntries`. */
export interface RescueOptions {
  /** Names of files to ignore, because newer ones replace them. */
  readonly obsolete: ReadonlySet<string>;
  /** The bytes of LOCK, which is not opened here: closing it would release the lock of this process. */
  readonly lock?: Uint8Array | undefined;
}

/**
 * Reads the entries of all files of LevelDB. The content decides the format of a file, because files may have been swapped.
 * Ignores files with other names, such as copies of the user, which may contain entries that were deleted since.
 * @throws StoreError `not-readable` or `not-a-folder`
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
