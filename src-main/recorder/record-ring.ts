/** The records that are kept: a ring with bounds on their number and their bytes. The oldest leave first. */
import type { RecordRow } from '../../shared/model/recording.ts';
import type { KeptRecord } from './kept-record.ts';

/** Bytes that a record takes besides its payload: row, strings and object headers, measured at about 600. */
export const RECORD_OVERHEAD = 600;

/** Bounds of a ring. */
export interface RingLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** BOUNDED: by `limits`, of which the newest record is always kept. */
export class RecordRing {
  #limits: RingLimits;
  /** By sequence number modulo the capacity. */
  #slots: (KeptRecord | undefined)[] = [];
  // The first record has the number 1, as people count.
  #first = 1;
  #next = 1;
  #bytes = 0;
  #evicted = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** Bytes of all records, RECORD_OVERHEAD each included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that left because of a bound. */
  get evicted(): number {
    return this.#evicted;
  }

  get limits(): RingLimits {
    return this.#limits;
  }

  /** Sequence number of the oldest record; equal to `next` when there is none. */
  get first(): number {
    return this.#first;
  }

  /** Sequence number of the next record. */
  get next(): number {
    return this.#next;
  }

  /** Adds a record, whose row must have the sequence number `next`. */
  add(record: KeptRecord): void {
    // The slot of the new record may be that of the oldest one.
    if (this.size >= this.#limits.maxRecords) this.#evict();
    this.#slots[this.#next % this.#limits.maxRecords] = record;
    this.#next += 1;
    this.#bytes += weightOf(record);
    this.#trim();
  }

  get(seq: number): KeptRecord | undefined {
    if (seq < this.#first || seq >= this.#next) return undefined;
    return this.#slots[seq % this.#limits.maxRecords];
  }

  /** Changes the row of a record; its payload stays. */
  update(seq: number, change: Partial<RecordRow>): void {
    this.get(seq)?.update(change);
  }

  /** Records from `seq` on, oldest first. Those that are added during the iteration are left out. */
  *from(seq: number): Generator<KeptRecord, void> {
    const end = this.#next;
    for (let at = Math.max(seq, this.#first); at < end; at = Math.max(at + 1, this.#first)) {
      const record = this.get(at);
      if (record !== undefined) yield record;
    }
  }

  /** Records before `seq`, newest first. */
  *before(seq: number): Generator<KeptRecord, void> {
    for (let at = Math.min(seq, this.#next) - 1; at >= this.#first; at--) {
      const record = this.get(at);
      if (record !== undefined) yield record;
    }
  }

  /** Changes the bounds; the oldest records leave where there are too many. */
  resize(limits: RingLimits): void {
    const kept = [...this.from(this.#first)].slice(-limits.maxRecords);
    this.#evicted += this.size - kept.length;
    this.#limits = limits;
    this.#slots = [];
    this.#bytes = 0;
    this.#first = this.#next - kept.length;
    for (const record of kept) {
      this.#slots[record.row.seq % limits.maxRecords] = record;
      this.#bytes += weightOf(record);
    }
    this.#trim();
  }

  /** Removes the records from before a time of the monotonic clock, milliseconds. */
  dropBefore(monotonicMs: number): void {
    for (let oldest = this.get(this.#first); oldest !== undefined; oldest = this.get(this.#first)) {
      if (oldest.row.monotonicMs >= monotonicMs) return;
      this.#evict();
    }
  }

  /** Removes all records. Sequence numbers go on, so that no two records ever share one. */
  clear(): void {
    this.#slots = [];
    this.#first = this.#next;
    this.#bytes = 0;
    this.#evicted = 0;
  }

  #trim(): void {
    const { maxRecords, maxBytes } = this.#limits;
    while (this.size > maxRecords || (this.#bytes > maxBytes && this.size > 1)) this.#evict();
  }

  #evict(): void {
    const slot = this.#first % this.#limits.maxRecords;
    const record = this.#slots[slot];
    if (record !== undefined) this.#bytes -= weightOf(record);
    this.#slots[slot] = undefined;
    this.#first += 1;
    this.#evicted += 1;
  }
}

const weightOf = ({ row }: KeptRecord): number => row.keptBytes + RECORD_OVERHEAD;
