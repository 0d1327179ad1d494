import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../shared/hex.ts';
import type { RecordDetail } from '../../../shared/model/recording.ts';
import type { WireNode } from '../../../shared/model/wire.ts';
import {
  childPath,
  faultWords,
  flattenTree,
  isComputed,
  keysAt,
  nodeOfKey,
  openAtFirst,
  pathKeys,
  pinnedLines,
  ROOT_KEY,
  type FieldLine,
} from '../../../src-renderer/model/field-tree.ts';
import { hexLine, lineCount, lineLabel, rlpParts } from '../../../src-renderer/model/hex-lines.ts';
import { copyTextOf, type CopyForm } from '../../../src-renderer/model/record-copy.ts';
import { recordRow } from '../../support/record-row.ts';
import { makeRecordingSamples, type Sample } from '../../support/window-preview/recording-samples.ts';

const samples = makeRecordingSamples();
const headers = samples.usual.find(({ name }) => name === 'BlockHeaders')!;
const request = samples.usual.find(({ name }) => name === 'GetBlockHeaders')!;
const bytesOf = ({ payload }: Sample): Uint8Array => parseHex(payload)!;
const linesOf = ({ decoded }: Sample): readonly FieldLine[] =>
  flattenTree(decoded.tree, openAtFirst(decoded.tree, decoded.fault), decoded.fault);
const pathsOf = (lines: readonly FieldLine[]): string[] => lines.map(({ path }) => path);

describe('the tree of fields', () => {
  it('opens the outer fields and the first item of a list', () => {
    const lines = linesOf(headers);
    expect(pathsOf(lines).slice(0, 4)).toEqual(['BlockHeaders', 'requestId', 'headers', 'headers[0]']);
    expect(lines.filter(({ isOpen }) => isOpen).map(({ path }) => path)).toEqual([
      'BlockHeaders',
      'headers',
      'headers[0]',
    ]);
    expect(pathsOf(lines).at(-1)).toBe('headers[39]');
    expect(pathsOf(linesOf(request))).toContain('query.startBlock');
  });

  it('folds and unfolds', () => {
    expect(pathsOf(flattenTree(headers.decoded.tree, new Set(), null))).toEqual(['BlockHeaders']);
    const lines = flattenTree(headers.decoded.tree, new Set([ROOT_KEY]), null);
    expect(lines.map(({ parent, depth }) => [parent, depth])).toEqual([
      [-1, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  it('shows the way to a fault, what is wrong there, and how much is not read', () => {
    const { fault, tree } = samples.broken.decoded;
    expect(fault?.path).toBe('headers[2].mixHash');
    const lines = linesOf(samples.broken);
    const at = lines.findIndex(({ isFault }) => isFault);
    expect(lines[at]?.path).toBe('headers[2].mixHash');
    const last = lines.at(-1);
    expect(last?.kind).toBe('unread');
    expect(last?.count).toBe(tree.end - lines[at]!.node.end);
    expect(faultWords(fault!)).toBe('has 31 bytes, 32 are required');
    expect(faultWords({ ...fault!, path: '' })).toBe(fault!.message);
  });

  it('counts the fields that the node left out', () => {
    const tree: WireNode = { ...request.decoded.tree, omitted: 7 };
    const lines = flattenTree(tree, new Set([ROOT_KEY]), null);
    expect(lines.at(-1)).toMatchObject({ kind: 'omitted', count: 7, depth: 1 });
  });

  it('finds the innermost field of a byte, and the node of a key', () => {
    const { tree } = request.decoded;
    const keys = keysAt(tree, 4);
    const found = nodeOfKey(tree, keys.at(-1)!);
    expect(found?.path).toBe('query.startBlock');
    expect(found?.node).toMatchObject({ start: 3, end: 8 });
    expect(keysAt(tree, 0)).toEqual([ROOT_KEY]);
    expect(nodeOfKey(tree, '0.9')).toBeNull();
    expect(nodeOfKey(tree, ROOT_KEY)?.path).toBe('GetBlockHeaders');
  });

  it('names the bytes of every field, for every byte of a message', () => {
    for (const sample of [...samples.usual, samples.broken]) {
      const { tree } = sample.decoded;
      fc.assert(
        fc.property(fc.nat(Math.max(0, tree.end - 1)), (offset) => {
          const nodes = keysAt(tree, offset).map((key) => nodeOfKey(tree, key)!.node);
          for (const node of nodes) {
            expect(node.start).toBeLessThanOrEqual(offset);
            expect(node.end).toBeGreaterThan(offset);
            expect(isComputed(node)).toBe(false);
          }
        }),
      );
    }
  });

  it('goes down a path as far as the tree has it', () => {
    const { tree } = headers.decoded;
    expect(pathKeys(tree, 'headers[12].number')).toEqual(['0', '0.1', '0.1.12', '0.1.12.8']);
    expect(pathKeys(tree, 'headers[1]')).toEqual(['0', '0.1', '0.1.1']);
    expect(pathKeys(tree, 'headers[99].x')).toEqual(['0', '0.1']);
    expect(pathKeys(tree, '')).toEqual([ROOT_KEY]);
    expect([childPath('', 'headers'), childPath('headers', '[3]'), childPath('headers[3]', 'nonce')]).toEqual(
      ['headers', 'headers[3]', 'headers[3].nonce'],
    );
  });

  it('keeps parents on top while their children scroll', () => {
    const lines = linesOf(headers);
    const pinned = (first: number): string[] =>
      pinnedLines(lines, first).map((index) => lines[index]?.path ?? '');
    expect(pinned(0)).toEqual([]);
    expect(pinned(1)).toEqual(['BlockHeaders']);
    expect(pinned(8)).toEqual(['BlockHeaders', 'headers', 'headers[0]']);
    expect(pinned(lines.length - 3)).toEqual(['BlockHeaders', 'headers']);
    expect(pinned(lines.length + 10)).toEqual([]);
  });

  it('never pins a line that is in sight below the pinned ones', () => {
    const lines = linesOf(headers);
    fc.assert(
      fc.property(fc.nat(lines.length), (first) => {
        const pinned = pinnedLines(lines, first);
        for (const [at, index] of pinned.entries()) expect(index).toBeLessThan(first + at);
        expect([...pinned].sort((a, b) => a - b)).toEqual(pinned);
      }),
    );
  });
});

describe('the lines of bytes', () => {
  const bytes = bytesOf(request);

  it('show offset, hex digits and printable characters', () => {
    const line = hexLine(bytes, 0, { lit: null, wrong: null });
    expect(line.map(({ hex }) => hex).join('')).toBe(request.payload.slice(0, 32));
    expect(
      hexLine(new Uint8Array([0x41, 0x20, 0x7f, 0x7e]), 0, { lit: null, wrong: null }).map(
        ({ text }) => text,
      ),
    ).toEqual(['A', '·', '·', '~']);
    expect(lineLabel(28)).toBe('0001c0');
    expect([0, 1, 16, 17].map(lineCount)).toEqual([0, 1, 1, 2]);
  });

  it('light the bytes of a field, and grey what is after a fault', () => {
    const tones = hexLine(new Uint8Array(8), 0, { lit: { start: 1, end: 3 }, wrong: { start: 4, end: 6 } });
    expect(tones.map(({ tone }) => tone)).toEqual([
      null,
      'lit',
      'lit',
      null,
      'wrong',
      'wrong',
      'unread',
      'unread',
    ]);
  });

  it('divide an item into header and value', () => {
    expect(rlpParts(new Uint8Array([0x05]), { start: 0, end: 1 })).toEqual({ header: 0, payload: 1 });
    expect(rlpParts(new Uint8Array([0x82, 1, 2]), { start: 0, end: 3 })).toEqual({ header: 1, payload: 2 });
    expect(rlpParts(new Uint8Array([0xc1, 1]), { start: 0, end: 2 })).toEqual({ header: 1, payload: 1 });
    const long = new Uint8Array([0xb9, 0x01, 0x00, ...new Array<number>(256).fill(7)]);
    expect(rlpParts(long, { start: 0, end: 259 })).toEqual({ header: 3, payload: 256 });
    expect(rlpParts(long, { start: 0, end: 258 })).toBeNull();
    expect(rlpParts(long, { start: 0, end: 999 })).toBeNull();
    expect(rlpParts(long, { start: 4, end: 4 })).toBeNull();
  });
});

describe('copies', () => {
  const detailOf = (sample: Sample): RecordDetail => ({
    row: recordRow({ protocol: sample.protocol, code: sample.code, name: sample.name }),
    payload: sample.payload,
    decoded: sample.decoded,
    exchange: null,
  });
  const copy = (form: CopyForm, sample: Sample, path: string): string | null => {
    const key = pathKeys(sample.decoded.tree, path).at(-1)!;
    const node = path === '' ? null : nodeOfKey(sample.decoded.tree, key)!.node;
    return copyTextOf(form, detailOf(sample), bytesOf(sample), node);
  };

  it('are of the message as JSON, RLP and test vector', () => {
    expect(JSON.parse(copy('json', request, '')!)).toMatchObject({ requestId: '41' });
    expect(copy('payload', request, '')).toBe(`0x${request.payload}`);
    expect(JSON.parse(copy('vector', request, '')!)).toMatchObject({
      protocol: 'eth/69',
      code: 3,
      fields: { requestId: '41' },
    });
    expect(copy('json', samples.broken, '')).toBeNull();
    expect(JSON.parse(copy('vector', samples.broken, '')!)).toMatchObject({
      payload: `0x${samples.broken.payload}`,
      fault: { path: 'headers[2].mixHash', offset: samples.broken.decoded.fault?.offset },
    });
  });

  it('are of the chosen field as value, bytes and RLP', () => {
    expect(copy('value', request, 'query.startBlock')).toBe('21,033,411');
    expect(copy('bytes', request, 'query.startBlock')).toBe('0x0140f1c3');
    expect(copy('rlp', request, 'query.startBlock')).toBe('0x840140f1c3');
    expect(copy('rlp', request, '')).toBeNull();
    expect(copy('rlp', headers, 'headers[0].hash')).toBeNull();
  });
});
