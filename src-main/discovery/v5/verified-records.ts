import { bytesToHex } from '../../base/bytes.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import { decodeEnr, type Enr } from '../../node-record/enr.ts';

/** Records that are remembered, some 4 MiB: more than the lookups of a few minutes return. BOUNDED. */
const CAPACITY = 2_048;

/**
 * Caches records with verified signatures. Lookups return the same records many times, and a signature check costs some
 * twenty times as much as a cache hit.
 */
export class VerifiedRecords {
  /** By the hex of the encoded record, signature included. */
  readonly #records = new BoundedMap<string, Enr>(CAPACITY);

  /**
   * Decodes and verifies a record.
   * @throws EnrError
   */
  decode(bytes: Uint8Array): Enr {
    const key = bytesToHex(bytes);
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const record = decodeEnr(bytes);
    this.#records.set(key, record);
    return record;
  }
}
