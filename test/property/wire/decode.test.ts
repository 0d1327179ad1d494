import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireNode } from '../../../shared/model/wire.ts';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { decodeMessage } from '../../../src-main/wire/decode.ts';
import { encodeMessage } from '../../../src-main/wire/encode.ts';
import { fromJson, toJson } from '../../../src-main/wire/json.ts';
import {
  describeMessage,
  summarizeMessage,
  type MessageSchema,
} from '../../../src-main/wire/message-schema.ts';
import { PROTOCOL_SCHEMAS, protocolSchema } from '../../../src-main/wire/registry.ts';
import { valuesOf } from '../../support/wire-values.ts';
import vectors from '../../vectors/eth.json' with { type: 'json' };

interface Sample {
  /** Name of the message with its protocol. */
  readonly label: string;
  readonly message: MessageSchema;
  readonly bytes: Uint8Array;
}

const ALL = PROTOCOL_SCHEMAS.flatMap(({ name, messages }) =>
  messages.map((message) => ({ label: `${name} ${message.name}`, message })),
);

const VECTORS: readonly Sample[] = vectors.messages.flatMap(({ code, versions, rlp }) =>
  versions.flatMap((version) => {
    const message = protocolSchema(`eth/${String(version)}`)?.message(code);
    const label = `eth/${String(version)} ${message?.name ?? ''}`;
    return message === undefined ? [] : [{ label, message, bytes: hexToBytes(rlp) }];
  }),
);

/** Made messages of every schema. */
const MADE: readonly Sample[] = ALL.flatMap(({ label, message }) =>
  fc
    .sample(valuesOf(message.schema), { numRuns: 12, seed: 11 })
    .map((value) => ({ label, message, bytes: encodeMessage(message.schema, value) })),
);
const SAMPLES = [...VECTORS, ...MADE];

const whole = (bytes: Uint8Array) => ({ bytes, total: bytes.length });

/** A sample of which some bytes were changed, cut off or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
    fc.nat({ max: 4 }),
    fc.uint8Array({ maxLength: 3 }),
  )
  .map(([{ label, message, bytes }, changes, cut, added]) => {
    const copy = bytes.slice(0, Math.max(1, bytes.length - cut));
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return { label, message, bytes: Uint8Array.from([...copy, ...added]) };
  });

function everyNode(node: WireNode, check: (node: WireNode) => void): void {
  check(node);
  for (const child of node.children) everyNode(child, check);
}

function hasNote(node: WireNode, pattern: RegExp): boolean {
  return pattern.test(node.note ?? '') || node.children.some((child) => hasNote(child, pattern));
}

function expectWellFormed({ message, bytes }: Pick<Sample, 'message' | 'bytes'>): void {
  const { tree, fault, summary, json } = describeMessage(message, whole(bytes));
  expect(typeof summary).toBe('string');
  expect(summarizeMessage(message, whole(bytes))).toEqual({ summary, isBroken: fault !== null });
  everyNode(tree, ({ start, end, children }) => {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(bytes.length);
    for (const child of children.filter((each) => each.end > each.start)) {
      expect(child.start).toBeGreaterThanOrEqual(start);
      expect(child.end).toBeLessThanOrEqual(end);
    }
  });
  expect(fault === null).toBe(json !== null);
  if (fault === null) return;
  expect(fault.offset).toBeGreaterThanOrEqual(0);
  expect(fault.offset).toBeLessThanOrEqual(bytes.length);
  expect(fault.message).not.toBe('');
}

describe('the decoder of messages', () => {
  it('decodes every message of every protocol that it encodes, to the same value', () => {
    for (const { label, message, bytes } of MADE) {
      const { value, fault } = decodeMessage(message.schema, message.name, whole(bytes));
      expect(fault, label).toBeNull();
      expect(encodeMessage(message.schema, value), label).toEqual(bytes);
    }
  });

  it('reads any bytes as any message without throwing, and says where a fault is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.uint8Array({ maxLength: 200 }), ({ message }, bytes) => {
        expectWellFormed({ message, bytes });
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads mutated messages without throwing, and says where a fault is', () => {
    fc.assert(fc.property(mutated, expectWellFormed), { numRuns: 3_000 });
  });

  it('encodes what it decoded without a fault to the same bytes, or else to the same value', () => {
    fc.assert(
      fc.property(mutated, ({ message, bytes }) => {
        const { value, fault, tree } = decodeMessage(message.schema, message.name, whole(bytes));
        if (fault !== null || hasNote(tree, /^not valid UTF-8$/)) return;
        const encoded = encodeMessage(message.schema, value);
        // Additional data is left out, and the reason 0x00 of a Disconnect is encoded as 0x80.
        if (hasNote(tree, /^ignored: /) || message.name === 'Disconnect') {
          expect(decodeMessage(message.schema, message.name, whole(encoded)).value).toEqual(value);
        } else {
          expect(encoded).toEqual(bytes);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives JSON that describes the same bytes', () => {
    for (const { label, message, bytes } of SAMPLES) {
      const { value } = decodeMessage(message.schema, message.name, whole(bytes));
      const json: unknown = JSON.parse(JSON.stringify(toJson(message.schema, value)));
      expect(encodeMessage(message.schema, fromJson(message.schema, json)), label).toEqual(bytes);
    }
  });

  it('says "not kept" of every message of which only the beginning was kept, at any length', () => {
    const long = SAMPLES.filter(({ bytes }) => bytes.length > 1);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), ({ label, message, bytes }, at) => {
        const kept = bytes.subarray(0, at % bytes.length);
        const { fault, summary, json } = describeMessage(message, { bytes: kept, total: bytes.length });
        expect(fault?.code, label).toBe('not-kept');
        expect(summary).toContain(`was not kept: the recording has the first ${String(kept.length)} of`);
        expect(json).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });
});
