/** A node record, read entry by entry. */
export interface RecordView {
  readonly text: string;
  readonly id: string;
  /** Decimal. */
  readonly seq: string;
  /** Bytes of the encoding; 300 at most. */
  readonly size: number;
  /** Identity scheme, `v4`. */
  readonly scheme: string;
  readonly signature: string;
  readonly enode: string | null;
  /** In the order of the record. */
  readonly entries: readonly RecordEntryView[];
}

/** One entry. */
export interface RecordEntryView {
  readonly key: string;
  /** The value in its own form: an address, a number, a fork ID; null where the key says nothing to us. */
  readonly value: string | null;
  /** The RLP of the value, 0x hex. */
  readonly raw: string;
  /** What the key stands for, in a few words; null for an unknown one. */
  readonly meaning: string | null;
}
