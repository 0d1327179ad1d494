/** An imported recording, which is read in place of the node's own. */
import type { RecordingStatus } from '../../shared/model/recording.ts';
import type { ExportedRecord } from './exported-record.ts';

/** Records in the order of their sequence numbers. BOUNDED: by the bounds of an import. */
export class RecordingFile {
  readonly #name: string;
  readonly #records: readonly ExportedRecord[];
  readonly #bySeq: ReadonlyMap<number, ExportedRecord>;
  readonly #bytes: number;

  /** @param records ascending sequence numbers */
  constructor(name: string, records: readonly ExportedRecord[]) {
    this.#name = name;
    this.#records = records;
    this.#bySeq = new Map(records.map((record) => [record.row.seq, record]));
    this.#bytes = records.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  get(seq: number): ExportedRecord | undefined {
    return this.#bySeq.get(seq);
  }

  /** Records from `seq` on, oldest first. */
  from(seq: number): Iterable<ExportedRecord> {
    const start = this.#records.findIndex(({ row }) => row.seq >= seq);
    return start < 0 ? [] : this.#records.slice(start);
  }

  /** Records before `seq`, newest first. */
  *before(seq: number): Generator<ExportedRecord, void> {
    for (let at = this.#records.length - 1; at >= 0; at--) {
      const record = this.#records[at];
      if (record !== undefined && record.row.seq < seq) yield record;
    }
  }

  /** What the status says of the records that are shown. */
  status(): Pick<RecordingStatus, 'records' | 'bytes' | 'evicted' | 'first' | 'last' | 'file'> {
    return {
      records: this.#records.length,
      bytes: this.#bytes,
      evicted: 0,
      first: this.#records[0]?.row.seq ?? null,
      last: this.#records.at(-1)?.row.seq ?? null,
      file: this.#name,
    };
  }
}
