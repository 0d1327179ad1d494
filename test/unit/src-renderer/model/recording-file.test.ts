import { describe, expect, it } from 'vitest';
import { MAX_RECORDING_CHARACTERS } from '../../../../shared/model/recording.ts';
import type { Translate } from '../../../../src-renderer/composables/use-messages.ts';
import {
  bytesOfBase64,
  readRecordingFile,
  rowsOfScope,
} from '../../../../src-renderer/model/recording-file.ts';
import { recordRow } from '../../../support/record-row.ts';

const t = ((key: string, values: object) => `${key} ${JSON.stringify(values)}`) as Translate;
const MIB = 1_048_576;
/** A file that fails the test when it is read although it is too large. */
const file = (size: number, text: string | null = null) => ({
  name: 'interop.jsonl',
  size,
  text: () => (text === null ? Promise.reject(new Error('it was read')) : Promise.resolve(text)),
});

describe('a chosen recording', () => {
  it('is read', async () => {
    expect(await readRecordingFile(file(2, '{}'), false, t)).toEqual({
      ...{ ok: true, name: 'interop.jsonl', text: '{}' },
    });
  });

  it('is refused by its size before it is read', async () => {
    const large = await readRecordingFile(file(MAX_RECORDING_CHARACTERS + 1), false, t);
    expect(large).toMatchObject({
      ok: false,
      problem: expect.stringContaining('common.tooLarge') as unknown,
    });
    const inBrowser = await readRecordingFile(file(13 * MIB), true, t);
    expect(inBrowser).toMatchObject({
      problem: expect.stringContaining('inspector.tooLargeHere') as unknown,
    });
  });

  it('has a size in a browser that includes what the message escapes', async () => {
    const quotes = '"'.repeat(7 * MIB);
    expect(await readRecordingFile(file(quotes.length, quotes), true, t)).toMatchObject({ ok: false });
    expect(await readRecordingFile(file(quotes.length, quotes), false, t)).toMatchObject({ ok: true });
  });

  it('that cannot be read says so', async () => {
    expect(await readRecordingFile(file(2), false, t)).toMatchObject({
      problem: expect.stringContaining('common.unreadable') as unknown,
    });
  });
});

describe('the scope of an export', () => {
  const all = [1, 2, 3].map((seq) => recordRow({ seq, connection: seq % 2 }));
  const rows = { all, shown: all.slice(0, 1), chosen: all[2]! };

  it('is all rows, the shown ones, those of the session, or the chosen one', () => {
    const seqs = (scope: Parameters<typeof rowsOfScope>[0]) =>
      rowsOfScope(scope, rows)?.map(({ seq }) => seq);
    expect(seqs('all')).toEqual([1, 2, 3]);
    expect(seqs('shown')).toEqual([1]);
    expect(seqs('session')).toEqual([1, 3]);
    expect(seqs('chosen')).toEqual([3]);
  });

  it('is none without a chosen message, or for one without a connection', () => {
    expect(rowsOfScope('chosen', { ...rows, chosen: null })).toBeNull();
    expect(rowsOfScope('session', { ...rows, chosen: recordRow({ connection: null }) })).toBeNull();
  });
});

it('the bytes of base64 are exact', () => {
  expect([...bytesOfBase64(btoa('\u0000\u00ff a'))]).toEqual([0, 255, 32, 97]);
});
