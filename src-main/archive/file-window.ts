import type { OpenFile } from '../base/regular-file.ts';
import { READ_SIZE } from './limits.ts';

/** Reads a file mostly in order: small reads are views of the last piece that was read. The views are never overwritten. */
export class FileWindow {
  readonly #file: OpenFile;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /**
   * The `length` bytes at `offset`, which must be within the file.
   * @throws FileError
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const at = offset - this.#start;
    if (at >= 0 && at + length <= this.#bytes.length) return this.#bytes.subarray(at, at + length);
    if (length >= READ_SIZE) return await this.#file.read(offset, length);
    this.#bytes = await this.#file.read(offset, Math.min(READ_SIZE, this.#file.size - offset));
    this.#start = offset;
    return this.#bytes.subarray(0, length);
  }
}
