/** Which files could not be written, for as long as that holds: a person must see that the disk is full. */
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock, Timer } from '../base/runtime.ts';
import { diskFaultOf, type DiskFault } from './disk-fault.ts';
import type { ReplaceFile } from './replace-file.ts';

/** How often the disk of such a file is tried again, milliseconds: our choice. */
export const DISK_RETRY_MS = 30_000;

/** Bytes that a try writes: a file system that is full to its last block takes an empty file. */
const TRY_BYTES = 8_192;

/** Name of the file that a try writes and removes. */
const TRY_NAME = 'write-test';

/** A file that could not be written. */
export interface UnsavedFile {
  /** Its name without the folder. */
  readonly name: string;
  readonly fault: DiskFault;
}

/** Rejects with the system's error where a folder takes nothing. */
export type TryFolder = (folder: string) => Promise<void>;

/** Writes and removes a small file. */
export const tryFolder: TryFolder = async (folder) => {
  const file = join(folder, TRY_NAME);
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.write(new Uint8Array(TRY_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
};

/** Watches the files that are replaced, and tries the disk again until it takes something. */
export class UnsavedFiles {
  readonly #clock: Clock;
  readonly #try: TryFolder;
  /** By path. BOUNDED: by the few files that Enodeck writes. */
  readonly #faults = new Map<string, DiskFault>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, tryThis: TryFolder = tryFolder) {
    this.#clock = clock;
    this.#try = tryThis;
  }

  /** Those that could not be written the last time, because of the disk. */
  get all(): readonly UnsavedFile[] {
    return [...this.#faults].map(([file, fault]) => ({ name: basename(file), fault }));
  }

  /** The same function, with its failures noted. */
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

  /** Ends the timer. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #note(file: string, fault: DiskFault): void {
    this.#faults.set(file, fault);
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#closed || this.#faults.size === 0) return;
    this.#timer ??= this.#clock.after(DISK_RETRY_MS, () => {
      this.#timer = undefined;
      void this.#tryAll();
    });
  }

  /** Never rejects. */
  async #tryAll(): Promise<void> {
    for (const file of this.#faults.keys()) {
      try {
        await this.#try(dirname(file));
        this.#faults.delete(file);
      } catch (error) {
        const fault = diskFaultOf(error);
        if (fault !== undefined) this.#faults.set(file, fault);
      }
    }
    this.#tryLater();
  }
}
