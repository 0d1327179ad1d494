import { describe, expect, it } from 'vitest';
import { encodeRlp, type RlpInput } from '../../../../../src-main/base/rlp.ts';
import { decodeMessage } from '../../../../../src-main/wire/decode.ts';
import { payloadType } from '../../../../../src-main/wire/protocols/eth/payload-type.ts';
import { consensusReceipts } from '../../../../../src-main/wire/protocols/eth/receipt.ts';
import { transaction } from '../../../../../src-main/wire/protocols/eth/transaction.ts';
import type { Schema } from '../../../../../src-main/wire/schema.ts';
import type { WireFault } from '../../../../../shared/model/wire.ts';

const form = (change: { readonly isList?: boolean; readonly first?: number }) => ({
  isList: false,
  first: undefined,
  length: 2,
  second: () => undefined,
  ...change,
});

function faultOf(schema: Schema, value: RlpInput): WireFault | null {
  const bytes = encodeRlp(value);
  return decodeMessage(schema, 'message', { bytes, total: bytes.length }).fault;
}

describe('payloadType', () => {
  it.each([
    [{ isList: true, first: 0x80 }, 'legacy'],
    [{ first: 0x00 }, 'other'],
    [{ first: 0x01 }, 'accessList'],
    [{ first: 0x02 }, 'dynamicFee'],
    [{ first: 0x03 }, 'blob'],
    [{ first: 0x04 }, 'setCode'],
    [{ first: 0x05 }, 'other'],
    [{ first: 0x7f }, 'other'],
    [{ first: 0x80 }, undefined],
    [{ first: 0xff }, undefined],
    [{}, undefined],
  ] as const)('of %j is %s', (item, type) => {
    expect(payloadType(form(item))).toBe(type);
  });

  it('refuses a transaction and a receipt that begin with no type', () => {
    const noType = Uint8Array.of(0x80, 0x01);
    expect(faultOf(transaction, noType)).toMatchObject({ code: 'wrong-length', offset: 0 });
    expect(faultOf(consensusReceipts, [noType])).toMatchObject({ code: 'wrong-length', path: '[0]' });
    expect(faultOf(consensusReceipts, [Uint8Array.of(0x7f, 0x01)])).toBeNull();
  });
});
