import { expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { decodeRecord } from '../../../src-main/export/exported-record.ts';
import { exportRecording } from '../../../src-main/export/export-recording.ts';
import { recordRow } from '../../support/record-row.ts';
import { recordsOfEveryMessage } from '../../support/recordings.ts';

it('test vectors have the payload and fields of every message that was kept whole', async () => {
  const records = recordsOfEveryMessage();
  const partial = { row: recordRow({ seq: 999, plainBytes: 9, keptBytes: 1 }), payload: Uint8Array.of(0xc8) };
  const end = {
    row: recordRow({ seq: 1_000, kind: 'end', plainBytes: 0, keptBytes: 0 }),
    payload: new Uint8Array(0),
  };
  const options = { format: 'vectors' as const, anonymous: false, clock: systemClock, application: 'test' };
  const { text, fileName } = await exportRecording([...records, partial, end], options);
  expect(fileName).toMatch(/^enodeck-recording-.+\.vectors\.json$/);
  const document = JSON.parse(text ?? '') as { messages: unknown[] };
  expect(document.messages).toEqual(
    records.map((record) => ({
      protocol: record.row.protocol,
      name: record.row.name,
      code: record.row.code,
      direction: record.row.direction,
      payload: `0x${bytesToHex(record.payload)}`,
      size: record.payload.length,
      fields: decodeRecord(record)?.json,
    })),
  );
});

it('no record gives an empty document', async () => {
  const options = { format: 'vectors' as const, anonymous: false, clock: systemClock, application: 'test' };
  const { text } = await exportRecording([], options);
  expect(JSON.parse(text ?? '')).toMatchObject({ messages: [] });
});
