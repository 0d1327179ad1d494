import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireNode } from '../../../shared/model/wire.ts';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { decodeMessage } from '../../../src-main/wire/decode.ts';
import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { fromJson, toJson } from '../../../src-main/wire/json.ts';
import { describeMessage, type MessageSchema } from '../../../src-main/wire/message-schema.ts';
import { PROTOCOL_SCHEMAS, protocolSchema } from '../../../src-main/wire/registry.ts';
import vectors from '../../vectors/eth.json' with { type: 'json' };

interface Sample {
  readonly message: MessageSchema;
  readonly bytes: Uint8Array;
}

const SAMPLES: readonly Sample[] = vectors.messages.flatMap(({ code, versions, rlp }) =>
  versions.flatMap((version) => {
    const message = protocolSchema(`eth/${String(version)}`)?.message(code);
    return message === undefined ? [] : [{ message, bytes: hexToBytes(rlp) }];
  }),
);
const MESSAGES = PROTOCOL_SCHEMAS.flatMap(({ messages }) => messages);

const whole = (bytes: Uint8Array) => ({ bytes, total: bytes.length });

/** A sample of which some bytes were changed, cut off or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
    fc.nat({ max: 4 }),
  )
  .map(([{ message, bytes }, changes, cut]) => {
    const copy = bytes.slice(0, Math.max(1, bytes.length - cut));
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return { message, bytes: copy };
  });

function everyNode(node: WireNode, check: (node: WireNode) => void): void {
  check(node);
  for (const child of node.children) everyNode(child, check);
}

function expectWellFormed({ message, bytes }: Sample): void {
  const { tree, fault, summary } = describeMessage(message, whole(bytes));
  expect(typeof summary).toBe('string');
  everyNode(tree, ({ start, end }) => {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(bytes.length);
  });
  if (fault === null) return;
  expect(fault.offset).toBeGreaterThanOrEqual(0);
  expect(fault.offset).toBeLessThanOrEqual(bytes.length);
  expect(fault.message).not.toBe('');
}

describe('the decoder of messages', () => {
  it('reads any bytes as any message without throwing, and says where a fault is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MESSAGES), fc.uint8Array({ maxLength: 200 }), (message, bytes) => {
        expectWellFormed({ message, bytes });
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads mutated messages without throwing, and says where a fault is', () => {
    fc.assert(fc.property(mutated, expectWellFormed), { numRuns: 2_000 });
  });

  it('encodes what it decoded without a fault to the same bytes', () => {
    fc.assert(
      fc.property(mutated, ({ message, bytes }) => {
        const { value, fault } = decodeMessage(message.schema, message.name, whole(bytes));
        if (fault === null) expect(encodeMessage(message.schema, value)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives JSON that describes the same bytes', () => {
    for (const { message, bytes } of SAMPLES) {
      const { value } = decodeMessage(message.schema, message.name, whole(bytes));
      const json: unknown = JSON.parse(JSON.stringify(toJson(message.schema, value)));
      expect(encodeMessage(message.schema, fromJson(message.schema, json))).toEqual(bytes);
    }
  });

  it('decodes the beginning of a message that was not kept whole, and says so', () => {
    for (const { message, bytes } of SAMPLES.filter((sample) => sample.bytes.length > 100)) {
      const kept = bytes.subarray(0, bytes.length - 20);
      const { fault } = describeMessage(message, { bytes: kept, total: bytes.length });
      expect(fault?.code).toBe('not-kept');
    }
  });
});
