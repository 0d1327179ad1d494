/** Whether the choice at the first start of a data folder is open. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataPathsOf } from './data-paths.ts';
import { keyFilesOf } from './key-file.ts';
import { replaceFile, type ReplaceFile } from './replace-file.ts';

/** The empty file that marks an open choice, so that a program that was closed without an answer asks again. */
const MARK_FILE = 'first-start';

/** What decides whether the user is asked. */
export interface FirstStartOptions {
  /** Whether the folder was unused before this start. */
  readonly wasUnused: boolean;
  /** Whether this start can ask: it has a window, and the command line does not name the network. */
  readonly canAsk: boolean;
  readonly replace?: ReplaceFile;
}

/** Whether no node has used a data folder: it has no settings, node lists, database or key, or does not exist. */
export async function isUnused(folder: string): Promise<boolean> {
  const { settings, nodeLists, database } = dataPathsOf(folder);
  const { plainFile, protectedFile } = keyFilesOf(folder);
  const found = await Promise.all([settings, nodeLists, database, plainFile, protectedFile].map(isThere));
  return !found.includes(true);
}

/** The choice at the first start of a data folder. While it is open, the program does not start the node by itself. */
export class FirstStart {
  readonly #file: string;
  #isOpen: boolean;

  private constructor(file: string, isOpen: boolean) {
    this.#file = file;
    this.#isOpen = isOpen;
  }

  /** Marks the choice in an unused folder. Settings decide it, also those that were written by hand. Never rejects. */
  static async open(
    folder: string,
    { wasUnused, canAsk, replace = replaceFile }: FirstStartOptions,
  ): Promise<FirstStart> {
    const file = join(folder, MARK_FILE);
    // If the mark cannot be written, only this start asks.
    if (canAsk && wasUnused) await replace(file, '').catch(() => undefined);
    const isUndecided =
      wasUnused || ((await isThere(file)) && !(await isThere(dataPathsOf(folder).settings)));
    return new FirstStart(file, canAsk && isUndecided);
  }

  /** Whether the user has neither chosen nor skipped. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The user has chosen or skipped: never asks again. @throws the system's error when the mark cannot be removed */
  async end(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await rm(this.#file, { force: true });
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
