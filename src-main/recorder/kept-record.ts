import type { RecordRow } from '../../shared/model/recording.ts';
import type { KeptPayload } from './payload-chunks.ts';
import type { NewRow } from './record-sink.ts';

/** A record of the ring: its row, and the kept bytes of its payload within a chunk. */
export class KeptRecord {
  /** Changed in place: an answer adds its number to the row of its request. */
  readonly row: RecordRow;
  readonly #chunk: Uint8Array;
  readonly #start: number;

  /** @param row becomes the record's own */
  constructor(row: NewRow, { chunk, start }: KeptPayload) {
    this.row = row;
    this.#chunk = chunk;
    this.#start = start;
  }

  /** The kept bytes, a view that must not be changed. */
  get payload(): Uint8Array {
    return this.#chunk.subarray(this.#start, this.#start + this.row.keptBytes);
  }

  /** Changes the row. */
  update(change: Partial<RecordRow>): void {
    Object.assign(this.row, change);
  }
}
