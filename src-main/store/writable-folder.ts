import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { describeError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { StoreError, systemErrorCode } from './errors.ts';

/** Only the owner may read keys and settings. */
const FOLDER_MODE = 0o700;

/** Creates a folder for data when it is missing. @throws StoreError `not-a-folder` or `not-writable` */
export function makeWritable(path: string): void {
  const folder = resolve(path);
  try {
    makeFolder(folder, FOLDER_MODE);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new StoreError(
        'not-a-folder',
        `The data folder ${folder} is, or lies below, a file or a broken link.`,
        { cause },
      );
    }
    throw new StoreError(
      'not-writable',
      `The data folder ${folder} cannot be written (${describeError(cause)}).`,
      { cause },
    );
  }
}
