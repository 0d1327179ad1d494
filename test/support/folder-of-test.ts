import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** The temporary folder of one test, and what ends with the test. */
export interface FolderOfTest {
  /** A path in the folder. */
  path(...names: readonly string[]): string;
  /** Calls `end` after the test and before the folder is removed, the last one first. */
  atEnd(end: () => unknown): void;
}

/** Makes a folder for each test of the file and removes it after the test. */
export function folderOfTest(): FolderOfTest {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const ends: (() => unknown)[] = [];
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await folder.remove();
  });
  return {
    path: (...names) => join(folder.path, ...names),
    atEnd: (end) => void ends.push(end),
  };
}
