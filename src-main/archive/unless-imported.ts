import { FileError } from '../base/regular-file.ts';
import type { ArchiveStore } from './archive-store.ts';
import { ArchiveError } from './errors.ts';

/**
 * Uses a file that is to be imported. The operator may delete it once the archive has all its blocks.
 * @param use opens the file with `withBlockFile`
 * @returns undefined for a missing file that was imported
 * @throws what `use` throws; ArchiveError `archive-malformed` for a missing file that was not imported to its end
 */
export async function unlessImported<Result>(
  path: string,
  store: Pick<ArchiveStore, 'hasImported'>,
  use: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await use();
  } catch (error) {
    const cause = error instanceof ArchiveError ? error.cause : undefined;
    if (!(cause instanceof FileError) || cause.code !== 'file-missing') throw error;
    if (await store.hasImported(path)) return undefined;
    const reason = `it ${cause.message}, and its import was not finished: put it back, or remove it from “Files to import”`;
    throw new ArchiveError('archive-malformed', { file: path }, reason, { cause });
  }
}
