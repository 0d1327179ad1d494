import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_SIZE } from '../../../../src-main/discovery/v5/constants.ts';
import {
  decodeMessage,
  encodeMessage,
  MessageError,
  packNodes,
  type MessageErrorCode,
  type V5Message,
} from '../../../../src-main/discovery/v5/messages.ts';
import { bytesToHex, concatBytes, hexToBytes, to0x } from '../../../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../../../../src-main/base/rlp.ts';
import { enrFromText } from '../../../../src-main/node-record/enr.ts';
import {
  discv5Vectors as vectors,
  vectorBytes,
  type MessageVector,
} from '../../../support/discv5-vectors.ts';

/** The message of a vector. */
function messageOf(vector: MessageVector): V5Message {
  switch (vector.type) {
    case 1:
      return { type: 'ping', enrSeq: BigInt(vector.enrSeq ?? '') };
    case 2:
      return {
        type: 'pong',
        enrSeq: BigInt(vector.enrSeq ?? ''),
        ip: vector.ip ?? '',
        port: vector.port ?? 0,
      };
    case 3:
      return { type: 'findnode', distances: vector.distances ?? [] };
    case 4: {
      const records = (vector.records ?? []).map((text) => enrFromText(text).encoded);
      return { type: 'nodes', total: vector.total ?? 0, records };
    }
    case 5:
      return {
        type: 'talkreq',
        protocol: vectorBytes(vector.protocol),
        payload: vectorBytes(vector.request),
      };
    default:
      return { type: 'talkresp', payload: vectorBytes(vector.response) };
  }
}

/** A message with its bytes as hex, because views of different buffers must compare equal. */
function plain(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (_key, value: unknown) => {
      if (value instanceof Uint8Array) return bytesToHex(value);
      return typeof value === 'bigint' ? value.toString() : value;
    }),
  );
}

function codeOf(type: number, content: Uint8Array): MessageErrorCode {
  try {
    decodeMessage(concatBytes(Uint8Array.of(type), content));
  } catch (error) {
    expect(error).toBeInstanceOf(MessageError);
    return (error as MessageError).code;
  }
  throw new Error('the message was accepted');
}

describe('messages of discovery v5', () => {
  it.each(vectors.messages)('decodes and encodes the vector $name', (vector) => {
    const bytes = hexToBytes(vector.message);
    const { requestId, message } = decodeMessage(bytes);
    expect(to0x(requestId)).toBe(vector.reqId);
    expect(plain(message)).toEqual(plain(messageOf(vector)));
    expect(to0x(encodeMessage({ requestId, message: messageOf(vector) }))).toBe(vector.message);
  });

  it.each(vectors.badMessages)('refuses the vector $name', ({ message }) => {
    expect(() => decodeMessage(hexToBytes(message))).toThrow(MessageError);
  });

  it('refuses an empty message and unknown types', () => {
    expect(() => decodeMessage(new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: 'empty-message' }),
    );
    const list = encodeRlp([Uint8Array.of(1), 1]);
    for (const type of [0, 7, 8, 9, 10, 255]) expect(codeOf(type, list)).toBe('unknown-type');
  });

  const id = Uint8Array.of(1);
  it.each<[string, number, RlpInput, MessageErrorCode]>([
    ['a request ID of nine bytes', 1, [new Uint8Array(9), 1], 'bad-request-id'],
    ['a ping without a sequence number', 1, [id], 'missing-field'],
    ['a ping with an additional element', 1, [id, 1, 1], 'bad-rlp'],
    ['a sequence number of nine bytes', 1, [id, new Uint8Array(9).fill(1)], 'bad-field'],
    ['a sequence number with a leading zero', 1, [id, Uint8Array.of(0)], 'bad-field'],
    ['an address of five bytes', 2, [id, 1, new Uint8Array(5), 30303], 'bad-field'],
    ['a port of three bytes', 2, [id, 1, new Uint8Array(4), 65536], 'bad-field'],
    ['a distance above 256', 3, [id, [257]], 'bad-field'],
    ['more distances than exist', 3, [id, Array.from({ length: 258 }, () => 1)], 'bad-field'],
    ['distances that are not a list', 3, [id, Uint8Array.of(1, 2)], 'bad-rlp'],
    ['a total above 255', 4, [id, 256, []], 'bad-field'],
    ['a record that is not a list', 4, [id, 1, [id]], 'bad-field'],
    ['a record above 300 bytes', 4, [id, 1, [[new Uint8Array(300)]]], 'bad-field'],
    ['more than 16 records', 4, [id, 1, Array.from({ length: 17 }, () => [1])], 'bad-field'],
    ['a TALKREQ without a payload', 5, [id, 'portal'], 'missing-field'],
    ['a payload that is a list', 6, [id, []], 'bad-rlp'],
  ])('refuses %s', (_name, type, content, code) => {
    expect(codeOf(type, encodeRlp(content))).toBe(code);
  });

  it('refuses bytes after the list', () => {
    expect(codeOf(1, concatBytes(encodeRlp([id, 1]), id))).toBe('bad-rlp');
  });
});

describe('packNodes', () => {
  const record = (size: number): Uint8Array => encodeRlp([new RawRlp(new Uint8Array(size - 3).fill(1))]);

  it('makes one message without records if there are none', () => {
    expect(packNodes([])).toEqual([{ type: 'nodes', total: 1, records: [] }]);
  });

  it('splits 16 records into as many packets as they need, each with the total', () => {
    const records = Array.from({ length: 20 }, () => record(300));
    const parts = packNodes(records);
    expect(parts.flatMap((part) => part.records)).toEqual(records.slice(0, 16));
    for (const part of parts) {
      expect(part.total).toBe(parts.length);
      const bytes = encodeMessage({ requestId: new Uint8Array(8), message: part });
      expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_SIZE);
      expect(decodeMessage(bytes).message).toMatchObject({ records: part.records });
    }
  });
});
