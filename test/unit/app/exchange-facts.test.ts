import { describe, expect, it } from 'vitest';
import { exchangeFactsOf } from '../../../src-main/app/exchange-facts.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import type { ExportedRecord } from '../../../src-main/export/exported-record.ts';
import { recordRow } from '../../support/record-row.ts';

type Fields = Parameters<typeof encodeRlp>[0];
const HASH = new Uint8Array(32).fill(7);

function record(
  seq: number,
  protocol: string,
  code: number,
  name: string,
  fields: Fields,
  plainBytes?: number,
) {
  const payload = encodeRlp(fields);
  const role = name.startsWith('Get') ? 'request' : 'answer';
  const sizes = { keptBytes: payload.length, plainBytes: plainBytes ?? payload.length };
  const pairSeq = role === 'request' ? seq + 1 : seq - 1;
  return { row: recordRow({ seq, protocol, code, name, role, pairSeq, ...sizes }), payload };
}

function factsOf(request: ExportedRecord, answer: ExportedRecord) {
  const all = [request, answer];
  const get = (seq: number) => all.find(({ row }) => row.seq === seq);
  const ofAnswer = exchangeFactsOf(answer, get);
  expect(exchangeFactsOf(request, get)).toEqual(ofAnswer);
  return ofAnswer;
}

describe('the facts of an exchange', () => {
  it('count what was asked and given, and say that the rest is missing for an unknown reason', () => {
    const request = record(1, 'eth/69', 0x0f, 'GetReceipts', [9, [HASH, HASH, HASH]]);
    const answer = record(2, 'eth/69', 0x10, 'Receipts', [9, [[]]]);
    expect(factsOf(request, answer)).toEqual({
      ...{ requestSeq: 1, answerSeq: 2, items: 'receipts', asked: 3, given: 1, askedBytes: null },
      truncatedBy: 'unknown',
    });
  });

  it('take the number of headers from the query, and miss nothing when all came', () => {
    const request = record(1, 'eth/69', 0x03, 'GetBlockHeaders', [9, [1, 0, 0, 0]]);
    const answer = record(2, 'eth/69', 0x04, 'BlockHeaders', [9, []]);
    expect(factsOf(request, answer)).toMatchObject({
      items: 'headers',
      asked: 0,
      given: 0,
      truncatedBy: null,
    });
  });

  it('name the size as the limit when the answer has reached what the request allows', () => {
    const request = record(1, 'snap/1', 0x04, 'GetByteCodes', [9, [HASH, HASH], 100]);
    const full = record(2, 'snap/1', 0x05, 'ByteCodes', [9, [new Uint8Array(120)]]);
    expect(factsOf(request, full)).toMatchObject({
      asked: 2,
      given: 1,
      askedBytes: 100,
      truncatedBy: 'bytes',
    });
    const small = record(2, 'snap/1', 0x05, 'ByteCodes', [9, [new Uint8Array(20)]]);
    expect(factsOf(request, small)).toMatchObject({ truncatedBy: 'unknown' });
  });

  it('believe eth/70 when it says that the last block is incomplete', () => {
    const request = record(1, 'eth/70', 0x0f, 'GetReceipts', [9, 0, [HASH]]);
    const answer = record(2, 'eth/70', 0x10, 'Receipts', [9, 1, [[]]]);
    expect(factsOf(request, answer)).toMatchObject({ asked: 1, given: 1, truncatedBy: 'bytes' });
  });

  it('count nothing of an answer that was not kept whole, and nothing without its request', () => {
    const request = record(1, 'eth/69', 0x0f, 'GetReceipts', [9, [HASH]]);
    const cut = record(2, 'eth/69', 0x10, 'Receipts', [9, [[]]], 90_000);
    expect(factsOf(request, cut)).toMatchObject({ asked: 1, given: null, truncatedBy: null });
    const answer = record(2, 'eth/69', 0x10, 'Receipts', [9, [[]]]);
    expect(exchangeFactsOf(answer, () => undefined)).toMatchObject({
      requestSeq: null,
      asked: null,
      given: 1,
    });
    expect(
      exchangeFactsOf({ ...answer, row: recordRow({ role: 'announcement' }) }, () => undefined),
    ).toBeNull();
  });
});
