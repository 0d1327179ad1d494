import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { ApiError } from '../../../src-main/api/api-error.ts';
import { SLICE_MS } from '../../../src-main/base/slices.ts';
import { RecorderController } from '../../../src-main/app/recorder-control.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HASH = new Uint8Array(32).fill(0x5a);

function open() {
  const clock = new VirtualClock();
  const recorder = openRecorder(clock);
  const control = new RecorderController(recorder, { clock, application: 'Enodeck test' });
  control.start({ nodes: null, discovery: false });
  const tap = recorder.connection('inbound', { ip: '127.0.0.1', port: 30_303 });
  tap.negotiated((code) => ({ protocol: 'eth/69', name: `code ${String(code)}`, code: code - 16 }), 'reth');
  const add = (code: number, fields: Parameters<typeof encodeRlp>[0]): void => {
    tap.message(16 + code, {
      direction: 'in',
      payload: encodeRlp(fields),
      wireBytes: 64,
      compressedBytes: null,
      timing: null,
    });
  };
  return { control, recorder, clock, add };
}

describe('RecorderController', () => {
  it('decodes a record when it is requested', () => {
    const { control, add } = open();
    add(0x11, [1n, 2n, HASH]);
    const detail = control.detail(1);
    expect(detail?.decoded?.json).toEqual({
      earliestBlock: '1',
      latestBlock: '2',
      latestBlockHash: `0x${'5a'.repeat(32)}`,
    });
    expect(detail?.payload).toHaveLength(2 * (detail?.row.plainBytes ?? 0));
  });

  it('summarises the records that are kept, and marks the broken ones', async () => {
    const { control, add } = open();
    add(0x11, [1n, 2n, HASH]);
    add(0x11, [1n, 2n]);
    const [whole, broken, ...rest] = await control.summaries([1, 2, 99]);
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ seq: 1, isBroken: false, summary: 'has 1 to 2, 0x5a5a…5a5a' });
    expect(broken?.isBroken).toBe(true);
    expect(broken?.summary).toMatch(/latestBlockHash is missing/);
  });

  it('finds bytes and text within payloads, and pages the newest first', async () => {
    const { control, add } = open();
    add(0x11, [1n, 2n, HASH]);
    add(0x11, [3n, 4n, new Uint8Array(32)]);
    add(0x11, [5n, 6n, HASH]);
    expect(await control.search('hash:0x5a5a5a5a')).toEqual([1, 3]);
    expect(await control.search('-hash:0x5a5a5a5a')).toEqual([2]);
    expect(await control.search('text:ZZZZ')).toEqual([1, 3]);
    expect((await control.page('proto:eth', null, 2)).map(({ row }) => row.seq)).toEqual([3, 2]);
    expect((await control.page('proto:eth', 2, 2)).map(({ row }) => row.seq)).toEqual([1]);
  });

  it('finds transactions and headers by their hash, which is computed', async () => {
    const { control, add } = open();
    const legacy = [1n, 9n, 21_000n, new Uint8Array(20), 1n, '', 27n, 5n, 6n];
    const hash = bytesToHex(keccak256(encodeRlp(legacy)));
    add(0x02, [legacy, [2n, ...legacy.slice(1)]]);
    add(0x02, [[3n, ...legacy.slice(1)]]);
    add(0x03, [1n, [hexToBytes(hash), 1n, 0n, 0n]]);
    expect(await control.search(`hash:0x${hash}`)).toEqual([1, 3]);
    expect(await control.search(`hash:${hash.slice(8, 24)}`)).toEqual([1, 3]);
    expect((await control.page(`-hash:${hash}`, null, 9)).map(({ row }) => row.seq)).toEqual([2]);
    // Half a byte further the digits are no part of the hash.
    expect(await control.search(`hash:${hash.slice(7, 23)}`)).toEqual([]);
  });

  it('lets other work run while it reads a page and summaries', async () => {
    const { control, clock, add } = open();
    for (let count = 0; count < 100; count++) add(0x11, [1n, 2n, HASH]);
    let [now, turns] = [0, 0];
    // Each record takes half a slice.
    clock.monotonic = () => (now += SLICE_MS / 2);
    clock.after = (_delay, action) => {
      turns += 1;
      queueMicrotask(action);
      return { cancel: () => undefined };
    };
    expect(await control.page('text:none', null, 1_000)).toEqual([]);
    expect(turns).toBeGreaterThan(30);
    turns = 0;
    expect(await control.summaries(control.all().map(({ seq }) => seq))).toHaveLength(100);
    expect(turns).toBeGreaterThan(30);
  });

  it('ends a page where its records are large, and the rest is on the next ones', async () => {
    const { control, add } = open();
    const hashes = Array.from({ length: 1_900 }, () => HASH);
    for (let count = 0; count < 12; count++) add(0x05, [1n, hashes]);
    const seqs: number[] = [];
    let largest = 0;
    for (let before: number | null = null; ; before = seqs.at(-1) ?? null) {
      const page = await control.page('', before, 1_000);
      if (page.length === 0) break;
      largest = Math.max(largest, JSON.stringify(page).length);
      seqs.push(...page.map(({ row }) => row.seq));
    }
    expect(seqs).toEqual(Array.from({ length: 12 }, (_, index) => 12 - index));
    expect(largest).toBeLessThan(2_000_000);
  });

  it('names the character at which a filter is wrong', async () => {
    const { control } = open();
    await expect(control.search('proto:eth dir:up')).rejects.toThrow(ApiError);
    await expect(control.search('proto:eth dir:up')).rejects.toThrow(/character 15/);
  });

  it('follows new records that match, until it is ended', () => {
    const { control, add } = open();
    const seen: number[] = [];
    const end = control.follow('hash:5a5a')((row) => seen.push(row.seq));
    add(0x11, [1n, 2n, HASH]);
    add(0x11, [1n, 2n, new Uint8Array(32)]);
    end();
    add(0x11, [1n, 2n, HASH]);
    expect(seen).toEqual([1]);
  });

  it('decodes a payload by protocol and code, and refuses what it does not know', () => {
    const { control } = open();
    expect(control.decode('p2p', 1, 'c104').summary).toBe('0x04 too many peers');
    expect(() => control.decode('les/4', 1, 'c0')).toThrow(/les\/4/);
    expect(() => control.decode('p2p', 9, 'c0')).toThrow(/code 9/);
  });
});

describe('an imported recording', () => {
  const hashOf = (byte: number) => new Uint8Array(32).fill(byte);

  /** The text of a recording of two messages. */
  async function exported(): Promise<string> {
    const { control, add } = open();
    add(0x11, [1n, 2n, hashOf(1)]);
    add(0x11, [3n, 4n, hashOf(2)]);
    const { text } = await control.export({ format: 'jsonl', seqs: null, anonymous: false });
    return text ?? '';
  }

  it('is shown in place of the recording, which goes on, until it is closed', async () => {
    const { control, add } = open();
    const status = await control.import('two.jsonl', await exported());
    expect(status).toMatchObject({ file: 'two.jsonl', records: 2, first: 1, last: 2, isRecording: true });
    add(0x11, [9n, 9n, hashOf(9)]);
    expect(control.all().map(({ seq }) => seq)).toEqual([1, 2]);
    expect(control.after(1).map(({ seq }) => seq)).toEqual([2]);
    expect(control.detail(2)?.decoded?.json).toMatchObject({ earliestBlock: '3' });
    expect(await control.search(`hash:0x${'02'.repeat(8)}`)).toEqual([2]);
    expect((await control.page('', null, 2)).map(({ row }) => row.seq)).toEqual([2, 1]);
    expect((await control.page('', 2, 2)).map(({ row }) => row.seq)).toEqual([1]);
    expect(await control.summaries([1])).toHaveLength(1);
    expect(status.edition).toBeGreaterThan(0);
    expect(control.close()).toMatchObject({ file: null, records: 1, edition: status.edition + 1 });
    expect(control.detail(1)?.decoded?.json).toMatchObject({ earliestBlock: '9' });
  });

  it('that is wrong changes nothing', async () => {
    const { control, add } = open();
    add(0x11, [9n, 9n, hashOf(9)]);
    await expect(control.import('bad.jsonl', `${await exported()}{}`)).rejects.toMatchObject({
      code: 'invalid-parameters',
      field: 'text',
      message: expect.stringMatching(/^Line 4 has a wrong "seq": /) as string,
    });
    expect(control.status()).toMatchObject({ file: null, records: 1 });
  });

  it('exports the chosen records in their order, those that are no longer kept left out', async () => {
    const { control, add } = open();
    for (let block = 1n; block <= 3n; block++) add(0x11, [block, block, hashOf(3)]);
    const { text } = await control.export({ format: 'vectors', seqs: [3, 1, 3, 77], anonymous: false });
    const { messages } = JSON.parse(text ?? '') as { messages: { fields: { earliestBlock: string } }[] };
    expect(messages.map(({ fields }) => fields.earliestBlock)).toEqual(['1', '3']);
  });
});
