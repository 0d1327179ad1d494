import { describe, expect, it } from 'vitest';
import { concatBytes, writeUint } from '../../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../../../src-main/base/rlp.ts';
import { describeMessage, fieldsOf, summarizeMessage } from '../../../src-main/wire/message-schema.ts';
import { PROTOCOL_SCHEMAS, protocolSchema } from '../../../src-main/wire/registry.ts';

/** The largest message of a session. */
const MAX_MESSAGE = 0xff_ffff;
/** Nodes of a tree at most, and what else a tree has: its root, and the items of the last list. */
const MAX_NODES = 20_001;

/** A list of these bytes, whatever they are. */
function listOf(payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(5);
  header[0] = 0xfb;
  writeUint(header, 1, 4, payload.length);
  const width =
    payload.length <= 0xff ? 1 : payload.length <= 0xffff ? 2 : payload.length <= 0xff_ffff ? 3 : 4;
  if (payload.length <= 55) return concatBytes(Uint8Array.of(0xc0 + payload.length), payload);
  return concatBytes(Uint8Array.of(0xf7 + width), header.subarray(5 - width), payload);
}

function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = Uint8Array.of(0xc0);
  for (let count = 0; count < depth; count++) bytes = listOf(bytes);
  return bytes;
}

function nodesOf({ children }: { readonly children: readonly Parameters<typeof nodesOf>[0][] }): number {
  return children.reduce((sum, child) => sum + nodesOf(child), 1);
}

const message = (protocol: string, code: number) => {
  const found = protocolSchema(protocol)?.message(code);
  if (found === undefined) throw new Error(`no schema of ${protocol} ${String(code)}`);
  return found;
};
const whole = (bytes: Uint8Array) => ({ bytes, total: bytes.length });
const decode = (protocol: string, code: number, rlp: RlpInput) =>
  describeMessage(message(protocol, code), whole(encodeRlp(rlp)));

describe('hostile messages', () => {
  it('of 10,000 nested lists end with a fault that has an offset and a reason, in every message', () => {
    const deep = nested(10_000);
    for (const { name: protocol, messages } of PROTOCOL_SCHEMAS) {
      for (const each of messages) {
        for (const bytes of [deep, listOf(concatBytes(Uint8Array.of(1), deep))]) {
          const { fault, tree, summary } = describeMessage(each, whole(bytes));
          expect(nodesOf(tree)).toBeLessThan(100);
          // A message without fields ignores what it has (EIP-8).
          if (fault === null) continue;
          expect(fault.offset, `${protocol} ${each.name}`).toBeLessThanOrEqual(bytes.length);
          expect(summary).toContain(fault.message);
        }
      }
    }
  });

  it('of 10,000 nested lists in an entry of a record too', () => {
    const record = [new Uint8Array(64), 1, 'zz', new RawRlp(nested(10_000))];
    const { fault } = decode('discv4', 6, [new Uint8Array(32), record]);
    expect(fault).toMatchObject({ code: 'too-deep', path: expect.stringMatching(/^record\.zz/) as unknown });
  });

  it.each([
    ['eth/69', 0x02, 0xc0, 0],
    ['eth/69', 0x10, 0xc0, 1],
    ['eth/69', 0x08, 0x01, 1],
    ['discv5', 0x04, 0xc0, 1],
  ])(
    'of 16 MiB of the shortest items have a bounded tree: %s %i',
    { timeout: 60_000 },
    (protocol, code, item, first) => {
      const items = listOf(new Uint8Array(MAX_MESSAGE - 16).fill(item));
      const bytes = first === 0 ? items : listOf(concatBytes(Uint8Array.of(1), items));
      const each = message(protocol, code);
      const { fault, tree } = describeMessage(each, whole(bytes));
      expect(fault).not.toBeNull();
      expect(nodesOf(tree)).toBeLessThanOrEqual(MAX_NODES);
      expect(fieldsOf(each, whole(bytes)).fault).toEqual(fault);
      expect(summarizeMessage(each, whole(bytes)).isBroken).toBe(true);
    },
  );

  it('with a length beyond the message, or of more than 4 bytes, end at that item', () => {
    const each = message('eth/69', 0x03);
    for (const bytes of [
      Uint8Array.of(0xff, 1, 0, 0, 0, 0, 0, 0, 0),
      Uint8Array.of(0xfb, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0xf8, 0x38, 0x01),
      Uint8Array.of(0xb8),
      new Uint8Array(0),
    ]) {
      expect(describeMessage(each, whole(bytes)).fault).toMatchObject({ code: 'truncated' });
    }
  });
});

describe('transactions', () => {
  const fees: readonly RlpInput[] = [1, 9, 1, 2, 21_000];
  const blob: readonly RlpInput[] = [
    ...fees,
    new Uint8Array(20),
    7,
    '',
    [],
    1,
    [new Uint8Array(32)],
    0,
    5,
    6,
  ];

  it('of an unknown type are shown as they are, and those of an impossible one end with a fault', () => {
    const unknown = decode('eth/69', 0x02, [Uint8Array.of(0x55, 1, 2, 3)]);
    expect(unknown).toMatchObject({ fault: null, json: [{ other: '0x55010203' }] });
    for (const first of [0x80, 0xbf, 0xc0, 0xff]) {
      const { fault } = decode('eth/69', 0x02, [Uint8Array.of(first, 1, 2, 3)]);
      expect(fault).toMatchObject({ offset: 1, path: '[0]' });
    }
    expect(decode('eth/69', 0x02, ['']).fault).not.toBeNull();
    expect(decode('eth/69', 0x02, [Uint8Array.of(2)]).fault).not.toBeNull();
  });

  it('with blobs are decoded with each form of sidecar, and without one', () => {
    const [data, kzg] = [new Uint8Array(131_072), new Uint8Array(48)];
    const bodies: readonly (readonly [string, RlpInput])[] = [
      ['transaction', blob],
      ['pooled', [blob, [data], [kzg], [kzg]]],
      ['pooledWithVersion', [blob, 1, [data], [kzg], Array(128).fill(kzg) as RlpInput]],
      ['pooledWithVersion', [blob, 1, '', [kzg], Array(128).fill(kzg) as RlpInput]],
    ];
    for (const [option, body] of bodies) {
      const { fault, json } = decode('eth/72', 0x0a, [1, [concatBytes(Uint8Array.of(3), encodeRlp(body))]]);
      expect(fault).toBeNull();
      const [transaction] = (json as { transactions: readonly { blob: object }[] }).transactions;
      expect(JSON.stringify(transaction?.blob)).toContain(`"${option}"`);
    }
  });

  it('say that one byte is left or allowed', () => {
    expect(decode('eth/69', 0x00, new RawRlp(Uint8Array.of(0xc2, 0x85, 0x01))).fault?.message).toMatch(
      /has 5 bytes, 1 is left$/,
    );
  });

  it('with a sidecar of wrong lengths end with a fault at the item', () => {
    const body = [blob, 1, [new Uint8Array(9)], [new Uint8Array(47)], []];
    const { fault } = decode('eth/69', 0x0a, [1, [concatBytes(Uint8Array.of(3), encodeRlp(body))]]);
    expect(fault?.message).toMatch(/commitments\[0\] has 47 bytes, 48 are required$/);
  });
});

describe('receipts', () => {
  const log: RlpInput = [new Uint8Array(20), [new Uint8Array(32)], ''];

  it('have a bloom filter in the form of eth/68 and none in that of eth/69; the other form is a fault', () => {
    const typed = concatBytes(Uint8Array.of(2), encodeRlp([1, 21_000, new Uint8Array(256), [log]]));
    const [bloomed, flat] = [[[1, 21_000, new Uint8Array(256), [log]], typed], [[2, 1, 21_000, [log]]]];
    expect(decode('eth/68', 0x10, [1, [bloomed]])).toMatchObject({
      fault: null,
      json: {
        receipts: [[{ legacy: { cumulativeGas: '21000' } }, { dynamicFee: { cumulativeGas: '21000' } }]],
      },
    });
    expect(decode('eth/69', 0x10, [1, [flat]])).toMatchObject({
      fault: null,
      json: { receipts: [[{ type: '2', postStateOrStatus: '0x01', cumulativeGas: '21000' }]] },
    });
    expect(decode('eth/69', 0x10, [1, [bloomed]]).fault).not.toBeNull();
    expect(decode('eth/68', 0x10, [1, [flat]]).fault).not.toBeNull();
    expect(decode('eth/70', 0x10, [1, [flat]]).fault?.path).toBe('lastBlockIncomplete');
  });
});
