import { describe, expect, it } from 'vitest';
import type { WireJson, WireNode } from '../../../shared/model/wire.ts';
import { hexToBytes, to0x } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { decodeMessage } from '../../../src-main/wire/decode.ts';
import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import vectors from '../../vectors/eth.json' with { type: 'json' };

type Json = Readonly<Record<string, unknown>>;

const kept = (bytes: Uint8Array) => ({ bytes, total: bytes.length });

/** Names of the vectors that differ from those of the schemas. */
const NAMES: Readonly<Record<string, string>> = {
  earliest: 'earliestBlock',
  latest: 'latestBlock',
  latestHash: 'latestBlockHash',
  bloom: 'logsBloom',
  time: 'timestamp',
  cells: 'cellMask',
};
const TYPES: readonly unknown[] = ['legacy', 'accessList', 'dynamicFee', 'blob', 'setCode'];

/** The fields of a choice, whose JSON has the name of the option. */
function chosen(json: unknown): { option: unknown; fields: unknown } {
  const [entry] = Object.entries(json as Json);
  return { option: entry?.[0], fields: entry?.[1] };
}

function child(node: WireNode, name: string): WireNode {
  const found = node.children.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no node ${name} in ${node.name}`);
  return found;
}

/** Compares every field of a vector with the decoded field of its name. */
function compare(expected: unknown, json: unknown, node: WireNode, bytes: Uint8Array): void {
  if (Array.isArray(expected)) {
    expect(json).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) {
      const inner = node.children.length > 0 ? child(node, `[${String(index)}]`) : node;
      compare(each, (json as unknown[])[index], inner, bytes);
    }
  } else if (typeof expected === 'object' && expected !== null) {
    compareFields(expected as Json, json, node, bytes);
  } else if (typeof expected === 'boolean') {
    expect(json).toBe(expected);
  } else {
    expect(json).toBe(String(expected));
  }
}

function compareFields(expected: Json, json: unknown, node: WireNode, bytes: Uint8Array): void {
  if (typeof expected['rlp'] === 'string') {
    expect(to0x(bytes.subarray(node.start, node.end))).toBe(expected['rlp']);
    expect(TYPES.indexOf(chosen(json).option)).toBe(expected['type']);
    expect(child(node, 'hash').value).toBe(expected['hash']);
    return;
  }
  const isTyped = TYPES.includes(chosen(json).option);
  const fields = (isTyped ? chosen(json).fields : json) as Json;
  if (isTyped) expect(TYPES.indexOf(chosen(json).option)).toBe(expected['type']);
  for (const [key, value] of Object.entries(expected)) {
    if (isTyped && key === 'type') continue;
    const name = NAMES[key] ?? key;
    if (key === 'hash' && !('hash' in fields)) expect(child(node, 'hash').value).toBe(value);
    else compare(value, fields[name], child(node, name), bytes);
  }
}

/** Fields whose form in the vectors is their own. */
function compareMessage(
  name: string,
  expected: Json,
  json: WireJson,
  tree: WireNode,
  bytes: Uint8Array,
): void {
  const fields = json as Json;
  if (name === 'GetBlockHeaders') {
    const { startHash, startNumber, requestId, ...query } = expected;
    const start = startHash === undefined ? { number: startNumber } : { hash: startHash };
    expect(fields).toEqual({ requestId, query: { startBlock: start, ...query } });
  } else if (name === 'Transactions') {
    compare(expected['transactions'], json, tree, bytes);
  } else if (name === 'NewBlockHashes') {
    compare(expected['blocks'], json, tree, bytes);
  } else if (name === 'BlockAccessLists') {
    compareAccessLists(expected, fields, child(tree, 'blockAccessLists'), bytes);
  } else if (name === 'Cells') {
    const { groups, ...rest } = expected;
    compareFields(rest, json, tree, bytes);
    const sizes = (fields['cells'] as string[][]).map((cells) => cells.map((cell) => (cell.length - 2) / 2));
    expect(sizes).toEqual((groups as { cellSizes: number[] }[]).map(({ cellSizes }) => cellSizes));
  } else if (name === 'Receipts' && 'receiptsInFirst' in expected) {
    const [block = []] = fields['receipts'] as Json[][];
    expect(block).toHaveLength(Number(expected['receiptsInFirst']));
    const list = child(child(tree, 'receipts'), '[0]');
    compare(expected['first'], block[0], child(list, '[0]'), bytes);
    compare(expected['last'], block.at(-1), child(list, `[${String(block.length - 1)}]`), bytes);
  } else {
    compareFields(expected, json, tree, bytes);
  }
}

function compareAccessLists(expected: Json, fields: Json, node: WireNode, bytes: Uint8Array): void {
  const entries = expected['entries'] as { available: boolean; rlp?: string; hash?: string }[];
  const lists = fields['blockAccessLists'] as Json[];
  expect(lists.map((list) => 'list' in list)).toEqual(entries.map(({ available }) => available));
  for (const [index, { available, rlp, hash }] of entries.entries()) {
    if (!available) continue;
    const { start, end } = child(node, `[${String(index)}]`);
    expect(to0x(bytes.subarray(start, end))).toBe(rlp);
    expect(to0x(keccak256(bytes.subarray(start, end)))).toBe(hash);
  }
}

describe('the vectors of eth', () => {
  for (const [index, { name, code, versions, rlp, fields }] of vectors.messages.entries()) {
    for (const version of versions) {
      it(`decodes vector ${String(index)}, ${name} of eth/${String(version)}, to its fields, and encodes the same bytes`, () => {
        const message = protocolSchema(`eth/${String(version)}`)?.message(code);
        if (message === undefined) throw new Error('no schema');
        expect(message.name).toBe(name);
        const bytes = hexToBytes(rlp);
        const { value, fault } = decodeMessage(message.schema, name, kept(bytes));
        expect(fault).toBeNull();
        expect(encodeMessage(message.schema, value)).toEqual(bytes);
        const { tree, json, summary } = describeMessage(message, kept(bytes));
        expect(summary).not.toBe('');
        compareMessage(name, fields, json, tree, bytes);
      });
    }
  }

  it('are refused with a fault where the session refuses them', () => {
    // The last one has the form of its message; only the range is wrong.
    const malformed = vectors.refused.filter(({ note }) => !note.startsWith('Decodes'));
    expect(malformed).toHaveLength(6);
    for (const { code, versions = [68], rlp } of malformed) {
      const message = protocolSchema(`eth/${String(versions.at(-1))}`)?.message(code);
      if (message === undefined) throw new Error('no schema');
      expect(describeMessage(message, kept(hexToBytes(rlp))).fault).not.toBeNull();
    }
  });
});
