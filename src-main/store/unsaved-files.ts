/** The files that could not be written because of the disk, for the health list. */
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock, Timer } from '../base/runtime.ts';
import { diskFaultOf, type DiskFault } from './disk-fault.ts';
import type { ReplaceFile } from './replace-file.ts';

/** Interval of the test writes while a file is unsaved, milliseconds: our choice. */
export const DISK_RETRY_MS = 30_000;

/** Bytes of a test write: a full file system still accepts an empty file. */
const TEST_BYTES = 8_192;

/** Name of the file of a test write. */
const TEST_NAME = 'write-test';

/** A file that could not be written. */
export interface UnsavedFile {
  /** Its name without the folder. */
  readonly name: string;
  readonly fault: DiskFault;
}

/** Tests whether files can be written in a folder. Rejects with the system's error when not. */
export type TestWrite = (folder: string) => Promise<void>;

/** Writes a small file and removes it. */
export const testWrite: TestWrite = async (folder) => {
  const file = join(folder, TEST_NAME);
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.write(new Uint8Array(TEST_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
};

/** Records failed writes, and tests the disk until it can be written again. */
export class UnsavedFiles {
  readonly #clock: Clock;
  readonly #testWrite: TestWrite;
  /** By path. BOUNDED: by the files that Enodeck replaces. */
  readonly #faults = new Map<string, DiskFault>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, test: TestWrite = testWrite) {
    this.#clock = clock;
    this.#testWrite = test;
  }

  /** The files whose last write failed because of the disk. */
  get all(): readonly UnsavedFile[] {
    return [...this.#faults].map(([file, fault]) => ({ name: basename(file), fault }));
  }

  /** Wraps `replace` and records its failures. */
  watching(replace: ReplaceFile): ReplaceFile {
    return async (file, text) => {
      try {
        await replace(file, text);
        this.#faults.delete(file);
      } catch (error) {
        const fault = diskFaultOf(error);
        if (fault !== undefined) this.#note(file, fault);
        throw error;
      }
    };
  }

  /** Stops the test writes. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #note(file: string, fault: DiskFault): void {
    this.#faults.set(file, fault);
    this.#testLater();
  }

  #testLater(): void {
    if (this.#closed || this.#faults.size === 0) return;
    this.#timer ??= this.#clock.after(DISK_RETRY_MS, () => {
      this.#timer = undefined;
      void this.#testAll();
    });
  }

  /** Never rejects. */
  async #testAll(): Promise<void> {
    for (const file of this.#faults.keys()) {
      try {
        await this.#testWrite(dirname(file));
        this.#faults.delete(file);
      } catch (error) {
        const fault = diskFaultOf(error);
        if (fault !== undefined) this.#faults.set(file, fault);
      }
    }
    this.#testLater();
  }
}
