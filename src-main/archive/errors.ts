import { EnodeckError } from '../base/errors.ts';
import { StoreError } from '../store/errors.ts';

/** Error codes of ArchiveError. */
export type ArchiveErrorCode = 'archive-malformed' | 'archive-invalid-block' | 'archive-other-chain';

/** Where the fault is. */
export interface ArchivePlace {
  readonly file: string;
  /** Number of the block; undefined where none is known. */
  readonly block?: bigint | undefined;
  /** The field of the block, or the part of the file: `transactions root`. */
  readonly field?: string | undefined;
}

/**
 * A file of blocks that cannot be used; the message is a sentence that names the file, the block and the field. What was
 * imported before stays.
 */
export class ArchiveError extends EnodeckError<ArchiveErrorCode> {
  readonly file: string;
  readonly block: bigint | undefined;
  readonly field: string | undefined;

  constructor(code: ArchiveErrorCode, place: ArchivePlace, reason: string, options?: ErrorOptions) {
    const { file, block, field } = place;
    const where = [file, block === undefined ? [] : `block ${String(block)}`, field ?? []].flat().join(', ');
    super('store', code, `${where}: ${reason}.`, options);
    this.file = file;
    this.block = block;
    this.field = field;
  }
}

/** The error for a block that is not there although the state has it; says what to do. */
export function missingBlock(folder: string, block: bigint): StoreError {
  return new StoreError(
    'database-corrupt',
    `The archive in ${folder} is damaged, it lacks block ${String(block)}: delete the folder and import again.`,
  );
}
