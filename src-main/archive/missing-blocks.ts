/** Blocks that an archive lacks between its ends: LevelDB skips batches of a damaged log when it opens the database. */
import type { ArchiveStore } from './archive-store.ts';
import { missingBlock } from './errors.ts';
import type { ImportContext } from './import-blocks.ts';

/** BOUNDED: blocks in memory, our choice. */
const CHUNK = 64n;

/**
 * Asserts that the archive has all headers and bodies between its ends, with their checksums.
 * @returns whether it was interrupted
 * @throws StoreError `database-corrupt`, which names the first missing block
 */
export async function assertWhole(
  store: ArchiveStore,
  { signal, onProgress }: Pick<ImportContext, 'signal' | 'onProgress'>,
): Promise<boolean> {
  const { folder: file, state } = store;
  if (state === undefined) return false;
  const { earliest, latest } = state;
  const count = Number(latest - earliest + 1n);
  for (let first = earliest; first <= latest; first += CHUNK) {
    if (signal.aborted) return true;
    const numbers = numbersFrom(first, latest);
    const headers = await store.parts('headers', numbers);
    const bodies = await store.parts('bodies', numbers);
    const missing = numbers.find((_, at) => headers[at] === undefined || bodies[at] === undefined);
    if (missing !== undefined) throw missingBlock(file, missing);
    const blocks = Number(first - earliest) + numbers.length;
    onProgress({ file, block: numbers.at(-1) ?? first, blocks, fraction: blocks / count });
  }
  return false;
}

function numbersFrom(first: bigint, latest: bigint): readonly bigint[] {
  const rest = latest - first + 1n;
  return Array.from({ length: Number(rest < CHUNK ? rest : CHUNK) }, (_, at) => first + BigInt(at));
}
