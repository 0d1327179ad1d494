import fc from 'fast-check';
import { CAUSES, type CauseCode } from '../../shared/causes/catalogue.ts';
import { ANSWER_STATES, RECORD_KINDS, RECORD_SOURCES } from '../../shared/model/recording.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import type { ExportedRecord } from '../../src-main/export/exported-record.ts';
import { encodeMessage } from '../../src-main/wire/encode.ts';
import { PROTOCOL_SCHEMAS } from '../../src-main/wire/registry.ts';
import { recordRow } from './record-row.ts';
import { valuesOf } from './wire-values.ts';

/** Records of every message of every protocol, numbered from 1, one of each. */
export function recordsOfEveryMessage(seed = 5): readonly ExportedRecord[] {
  const messages = PROTOCOL_SCHEMAS.flatMap(({ name: protocol, messages: each }) =>
    each.map((message) => ({ protocol, message })),
  );
  return messages.map(({ protocol, message }, index) => {
    const [value] = fc.sample(valuesOf(message.schema), { numRuns: 1, seed });
    const payload = encodeMessage(message.schema, value);
    const isDiscovery = protocol.startsWith('discv');
    const row = recordRow({
      seq: index + 1,
      protocol,
      code: message.code,
      name: message.name,
      kind: protocol === 'rlpx' ? 'handshake' : isDiscovery ? 'packet' : 'message',
      source: isDiscovery ? (protocol as 'discv4') : 'session',
      direction: index % 2 === 0 ? 'in' : 'out',
      plainBytes: payload.length,
      keptBytes: payload.length,
    });
    return { row, payload };
  });
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const count = fc.nat();
const time = fc.double({ min: 0, max: 4e12, noNaN: true }).map(Math.abs);

/** Any record, whether its payload decodes or not. */
const anyRecord: fc.Arbitrary<ExportedRecord> = fc
  .record({
    payload: fc.uint8Array({ maxLength: 60 }),
    missing: fc.nat(20),
    row: fc.record({
      at: time,
      monotonicMs: time,
      kind: fc.constantFrom(...RECORD_KINDS),
      source: fc.constantFrom(...RECORD_SOURCES),
      connection: fc.option(count),
      nodeId: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex)),
      nodeName: fc.option(text),
      address: fc.constantFrom('127.0.0.1:30303', '[::1]:9000', 'nowhere'),
      direction: fc.constantFrom('in', 'out'),
      protocol: fc.constantFrom('p2p', 'eth/69', 'snap/1', 'discv5', 'les/4'),
      code: fc.nat(20),
      name: text,
      wireBytes: count,
      compressedBytes: fc.option(count),
      requestId: fc.option(
        fc.oneof(
          fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
          // The request ID of v5, and the hash of a packet of v4.
          fc.uint8Array({ minLength: 1, maxLength: 32 }).map(bytesToHex),
        ),
      ),
      pairSeq: fc.option(fc.integer({ min: 1 })),
      role: fc.constantFrom('request', 'answer', 'announcement'),
      latencyMs: fc.option(time),
      answerState: fc.option(fc.constantFrom(...ANSWER_STATES)),
      timing: fc.option(
        fc.record({
          ...{ receivingMs: fc.option(time), waitingMs: fc.option(time) },
          ...{ cipherMs: fc.option(time), snappyMs: fc.option(time) },
        }),
      ),
      frameFault: fc.option(fc.record({ frameStart: count, offset: count, frameBytes: fc.option(count) })),
      test: fc.option(fc.integer({ min: 1, max: 999 }).map(String)),
      cause: fc.option(
        fc.record({ code: fc.constantFrom(...(Object.keys(CAUSES) as CauseCode[])), message: text }),
      ),
    }),
  })
  .map(({ payload, missing, row }) => ({
    row: { seq: 0, ...row, plainBytes: payload.length + missing, keptBytes: payload.length },
    payload,
  }));

/** Any recording; the sequence numbers ascend with gaps. */
export const anyRecording: fc.Arbitrary<readonly ExportedRecord[]> = fc
  .array(fc.tuple(anyRecord, fc.integer({ min: 1, max: 9 })), { maxLength: 12 })
  .map((items) => {
    let seq = 0;
    return items.map(([{ row, payload }, step]) => {
      seq += step;
      return { row: { ...row, seq }, payload };
    });
  });
