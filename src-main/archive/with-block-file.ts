import { FileError } from '../base/regular-file.ts';
import { ArchiveError } from './errors.ts';
import type { BlockFile } from './file-block.ts';

/**
 * Opens a file of blocks, uses it and closes it.
 * @throws what `open` and `use` throw; a FileError as ArchiveError `archive-malformed`, which names the file
 */
export async function withBlockFile<Result>(
  path: string,
  open: (path: string) => Promise<BlockFile>,
  use: (file: BlockFile) => Promise<Result>,
): Promise<Result> {
  let file: BlockFile | undefined;
  try {
    file = await open(path);
    return await use(file);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new ArchiveError('archive-malformed', { file: path }, `it ${cause.message}`, { cause });
  } finally {
    await file?.close();
  }
}
