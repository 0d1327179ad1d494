import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { ApiError } from '../../../src-main/api/api-error.ts';
import { RecorderController } from '../../../src-main/app/recorder-control.ts';
import { Recorder } from '../../../src-main/recorder/recorder.ts';
import { messageFactsOf } from '../../../src-main/wire/registry.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HASH = new Uint8Array(32).fill(0x5a);

function open() {
  const recorder = new Recorder({
    clock: new VirtualClock(),
    limits: { maxRecords: 100, maxBytes: 1_000_000 },
    factsOf: messageFactsOf,
    labelOf: () => null,
  });
  const control = new RecorderController(recorder);
  control.start({ nodes: null, discovery: false });
  const tap = recorder.connection('inbound', { ip: '127.0.0.1', port: 30_303 });
  tap.negotiated((code) => ({ protocol: 'eth/69', name: `code ${String(code)}`, code: code - 16 }), 'reth');
  const add = (code: number, fields: Parameters<typeof encodeRlp>[0]): void => {
    tap.message(16 + code, { direction: 'in', payload: encodeRlp(fields), wireBytes: 64 });
  };
  return { control, add };
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

  it('summarises the records that are kept, and marks the broken ones', () => {
    const { control, add } = open();
    add(0x11, [1n, 2n, HASH]);
    add(0x11, [1n, 2n]);
    const [whole, broken, ...rest] = control.summaries([1, 2, 99]);
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ seq: 1, isBroken: false, summary: 'has 1 to 2, 0x5a5a…5a5a' });
    expect(broken?.isBroken).toBe(true);
    expect(broken?.summary).toMatch(/latestBlockHash is missing/);
  });

  it('finds bytes and text within payloads, and pages the newest first', () => {
    const { control, add } = open();
    add(0x11, [1n, 2n, HASH]);
    add(0x11, [3n, 4n, new Uint8Array(32)]);
    add(0x11, [5n, 6n, HASH]);
    expect(control.search('hash:0x5a5a5a5a')).toEqual([1, 3]);
    expect(control.search('-hash:0x5a5a5a5a')).toEqual([2]);
    expect(control.search('text:ZZZZ')).toEqual([1, 3]);
    expect(control.page('proto:eth', null, 2).map(({ row }) => row.seq)).toEqual([3, 2]);
    expect(control.page('proto:eth', 2, 2).map(({ row }) => row.seq)).toEqual([1]);
  });

  it('names the character at which a filter is wrong', () => {
    const { control } = open();
    expect(() => control.search('proto:eth dir:up')).toThrow(ApiError);
    expect(() => control.search('proto:eth dir:up')).toThrow(/character 15/);
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
