import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, type ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { exportRecording } from '../../../src-main/export/export-recording.ts';
import { readJsonLines, RecordingFileError } from '../../../src-main/export/read-json-lines.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { anyRecording, recordsOfEveryMessage } from '../../support/recordings.ts';

async function textOf(records: readonly ExportedRecord[], anonymous = false): Promise<string> {
  const options = { format: 'jsonl' as const, anonymous, clock: systemClock, application: 'test' };
  return (await exportRecording(records, options)).text ?? '';
}

describe('JSON lines', () => {
  it('give the same records when they are imported', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecording, async (records) => {
        expect(await readJsonLines(await textOf(records), systemClock)).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });

  it('give the same decoded fields of every message', async () => {
    const records = recordsOfEveryMessage();
    const text = await textOf(records);
    const lines = text.trimEnd().split('\n').slice(1);
    const read = await readJsonLines(text, systemClock);
    expect(read).toEqual(records);
    for (const [index, record] of read.entries()) {
      const line = JSON.parse(lines[index] ?? '') as { fields: unknown };
      expect(line.fields).toEqual(decodeRecord(record)?.json);
      expect(line.fields).not.toBeNull();
    }
  });

  it('of any other text are refused with the number of a line', async () => {
    const text = await textOf(recordsOfEveryMessage().slice(0, 6));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), async (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        try {
          await readJsonLines(changed, systemClock);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordingFileError);
          expect((error as RecordingFileError).message).toMatch(/^Line \d+ .+\.$/);
          expect((error as RecordingFileError).line).toBeLessThanOrEqual(changed.split('\n').length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
