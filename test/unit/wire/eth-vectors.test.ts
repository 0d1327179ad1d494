import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { decodeMessage } from '../../../src-main/wire/decode.ts';
import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { describeMessage } from '../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../src-main/wire/registry.ts';
import vectors from '../../vectors/eth.json' with { type: 'json' };

const kept = (bytes: Uint8Array) => ({ bytes, total: bytes.length });

describe('the vectors of eth', () => {
  for (const [index, { name, code, versions, rlp }] of vectors.messages.entries()) {
    for (const version of versions) {
      it(`decodes vector ${String(index)}, ${name} of eth/${String(version)}, and encodes the same bytes`, () => {
        const message = protocolSchema(`eth/${String(version)}`)?.message(code);
        if (message === undefined) throw new Error('no schema');
        const bytes = hexToBytes(rlp);
        const { value, fault } = decodeMessage(message.schema, name, kept(bytes));
        expect(fault).toBeNull();
        expect(encodeMessage(message.schema, value)).toEqual(bytes);
        expect(describeMessage(message, kept(bytes)).summary).not.toBe('');
      });
    }
  }
});
