/** Writes records as a file. */
import type { ExportedRecording, RecordingFormat } from '../../shared/model/recording.ts';
import { bytesToBase64 } from '../base/base64.ts';
import { fileTime } from '../base/file-time.ts';
import type { Clock } from '../base/runtime.ts';
import { Anonymizer } from './anonymous.ts';
import { writeAll, type ExportedRecord } from './exported-record.ts';
import { headerLine, recordLine } from './json-lines.ts';
import { pcapngPacket, pcapngStart } from './pcapng.ts';
import { isVector, vectorOf, VECTORS_END, VECTORS_START } from './test-vectors.ts';

/** How to write. */
export interface ExportOptions {
  readonly format: RecordingFormat;
  /** Whether addresses and node IDs are left out. */
  readonly anonymous: boolean;
  readonly clock: Clock;
  /** Name and version of the program, for pcapng. */
  readonly application: string;
}

const EXTENSIONS: Readonly<Record<RecordingFormat, string>> = {
  jsonl: 'jsonl',
  pcapng: 'pcapng',
  vectors: 'vectors.json',
};

/** Writes records in their order. @throws ExportTooLargeError */
export async function exportRecording(
  records: Iterable<ExportedRecord>,
  { format, anonymous, clock, application }: ExportOptions,
): Promise<ExportedRecording> {
  const shown = anonymous ? anonymized(records) : records;
  const now = clock.now();
  const fileName = `enodeck-recording-${fileTime(now)}.${EXTENSIONS[format]}`;
  switch (format) {
    case 'jsonl': {
      const lines = await writeAll(shown, clock, recordLine);
      return { fileName, text: headerLine(now, anonymous) + lines.join(''), base64: null };
    }
    case 'vectors': {
      const vectors = await writeAll(onlyVectors(shown), clock, vectorOf);
      return { fileName, text: VECTORS_START + vectors.join(',\n') + VECTORS_END, base64: null };
    }
    case 'pcapng': {
      const packets = await writeAll(shown, clock, pcapngPacket);
      return { fileName, text: null, base64: bytesToBase64([pcapngStart(application), ...packets]) };
    }
  }
}

function* anonymized(records: Iterable<ExportedRecord>): Generator<ExportedRecord, void> {
  const anonymizer = new Anonymizer();
  for (const record of records) yield anonymizer.apply(record);
}

function* onlyVectors(records: Iterable<ExportedRecord>): Generator<ExportedRecord, void> {
  for (const record of records) if (isVector(record)) yield record;
}
