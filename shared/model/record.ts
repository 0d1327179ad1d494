/** A decoded ENR. */
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
  /** In the order of the ENR. */
  readonly entries: readonly RecordEntryView[];
}

/** One entry of an ENR. */
export interface RecordEntryView {
  readonly key: string;
  /** The decoded value: an address, a number, a fork ID; null for an unknown key. */
  readonly value: string | null;
  /** The RLP of the value, 0x hex. */
  readonly raw: string;
  /** The meaning of the key in a few words; null for an unknown key. */
  readonly meaning: string | null;
}
