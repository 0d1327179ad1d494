import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_RECORDS, RECORD_PAYLOAD_BYTES } from '../../../shared/model/recording.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { headerLine, recordLine } from '../../../src-main/export/json-lines.ts';
import { readJsonLines, RecordingFileError } from '../../../src-main/export/read-json-lines.ts';
import { recordRow } from '../../support/record-row.ts';

const HEADER = headerLine(1_700_000_000_000, false);
const record = (seq: number) => ({ row: recordRow({ seq }), payload: Uint8Array.of(0xc0) });
const line = (seq: number, change: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ ...(JSON.parse(recordLine(record(seq))) as object), ...change })}\n`;

describe('readJsonLines', () => {
  it('reads a recording with other line ends, a byte order mark, empty lines and no last line end', async () => {
    const text = `\uFEFF${HEADER}${line(1)}\n${line(3)}`.replaceAll('\n', '\r\n').trimEnd();
    const records = await readJsonLines(text, systemClock);
    expect(records).toEqual([record(1), record(3)]);
  });

  it('ignores keys that a later version may add', async () => {
    const text = HEADER.replace('{', '{"new":1,') + line(1, { later: [1] });
    expect(await readJsonLines(text, systemClock)).toEqual([record(1)]);
  });

  it.each([
    ['', 'Line 1 is no JSON.'],
    ['[]\n', 'Line 1 is no header of a recording: "format" must be "enodeck-recording".'],
    ['{"format":"enodeck-recording","version":2}\n', 'Line 1 says format version 2, this program reads 1.'],
    [`${HEADER}{"seq":\n`, 'Line 2 is no JSON.'],
    [`${HEADER}[]\n`, /^Line 2 is no record: /],
    [HEADER + line(1) + line(1), 'Line 3 has the number 1 after 1.'],
    [
      HEADER + line(1) + line(2, { payload: 'c' }),
      /^Line 3 has a wrong "payload": it must be lower-case hex/,
    ],
    [HEADER + line(1, { payload: 'c0c0' }), 'Line 2 has a payload of 2 bytes, "keptBytes" says 1.'],
    [HEADER + line(1, { plainBytes: 0 }), /^Line 2 keeps more bytes than the message has/],
    [HEADER + line(1, { direction: 'up' }), /^Line 2 has a wrong "direction": /],
    [
      HEADER + line(1, { nodeId: 'ABCD' }),
      /^Line 2 has a wrong "nodeId": it must be 64 lower-case hex digits/,
    ],
    [
      HEADER + line(1, { cause: { code: 'x', message: '' } }),
      /^Line 2 has a wrong "cause.code": it is no cause/,
    ],
    [HEADER + line(1, { seq: 0 }), /^Line 2 has a wrong "seq": /],
    [HEADER + line(1, { keptBytes: RECORD_PAYLOAD_BYTES + 1 }), /^Line 2 has a wrong "keptBytes": /],
    [HEADER + line(1, { name: 'x'.repeat(257) }), /^Line 2 has a wrong "name": /],
  ])('names the first wrong line and the reason: %#', async (text, message) => {
    await expect(readJsonLines(text, systemClock)).rejects.toThrow(message);
  });

  it('names every key that is missing, null or of another type', async () => {
    // Files of earlier versions do not have these.
    const later = ['compressedBytes', 'answerState', 'timing', 'frameFault', 'test'];
    const nullable = [
      ...later,
      'connection',
      'nodeId',
      'nodeName',
      'requestId',
      'pairSeq',
      'latencyMs',
      'cause',
    ];
    const whole = JSON.parse(line(1)) as Readonly<Record<string, unknown>>;
    const keys = Object.keys(whole).filter((key) => key !== 'fields' && key !== 'fault');
    for (const key of keys) {
      const { [key]: _, ...rest } = whole;
      const wrong = [line(1, { [key]: [] }), line(1, { [key]: { a: 1 } }), line(1, { [key]: true })];
      if (!nullable.includes(key)) wrong.push(line(1, { [key]: null }));
      if (!later.includes(key)) wrong.push(`${JSON.stringify(rest)}\n`);
      for (const each of wrong) {
        await expect(readJsonLines(HEADER + each, systemClock)).rejects.toThrow(`Line 2 has a wrong "${key}`);
      }
    }
    await readJsonLines(
      HEADER + line(1, Object.fromEntries(nullable.map((key) => [key, null]))),
      systemClock,
    );
  });

  it('refuses a compressed file, a line of 10 MB, and numbers that JSON has and a record has not', async () => {
    const refusal = async (text: string): Promise<string> => {
      const error: unknown = await readJsonLines(text, systemClock).catch((reason: unknown) => reason);
      return error instanceof RecordingFileError ? error.message : 'no refusal';
    };
    const gzip = new TextDecoder().decode(gzipSync(HEADER + line(1)));
    expect(await refusal(gzip)).toBe('Line 1 is compressed: decompress the file first.');
    const long = '00'.repeat(5_000_000);
    expect(await refusal(HEADER + line(1, { payload: long }))).toMatch(/^Line 2 has a wrong "payload"/);
    expect(await refusal(HEADER + line(1, { nodeName: long }))).toMatch(/^Line 2 has a wrong "nodeName"/);
    expect(await refusal(`${HEADER}${long}\n`)).toBe('Line 2 is no JSON.');
    expect(await refusal(HEADER + line(1).replace('"seq":1', '"seq":1e400'))).toMatch(/"seq"/);
    expect(await refusal(HEADER + line(1, { at: -1 }))).toMatch(/"at"/);
    expect(await refusal(HEADER + line(2) + line(1))).toBe('Line 3 has the number 1 after 2.');
    expect(await refusal(HEADER + HEADER)).toMatch(/^Line 2 has a wrong "seq": it is missing/);
    expect(await refusal('['.repeat(1_000_000))).toBe('Line 1 is no JSON.');
  });

  it('reads a million empty lines, and ends at the bound of records', { timeout: 60_000 }, async () => {
    expect(await readJsonLines(HEADER + '\n'.repeat(1_000_000) + line(1), systemClock)).toEqual([record(1)]);
    const [before = '', after = ''] = line(1).split('"seq":1,');
    const lines = Array.from(
      { length: MAX_RECORDS + 1 },
      (_, at) => `${before}"seq":${String(at + 1)},${after}`,
    );
    const refused = readJsonLines(HEADER + lines.join(''), systemClock);
    await expect(refused).rejects.toThrow(`Line ${String(MAX_RECORDS + 2)} is beyond the limit of`);
  });
});
