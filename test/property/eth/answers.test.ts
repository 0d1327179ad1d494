import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRlp, type RlpInput } from '../../../src-main/base/rlp.ts';
import { fitAccessLists } from '../../../src-main/eth/access-lists-answer.ts';
import { LIST_PREFIX_LENGTH, type MessageLimits } from '../../../src-main/eth/answer-limits.ts';
import { HARD_RESPONSE_LIMIT, MAX_ETH_MESSAGE_SIZE } from '../../../src-main/eth/constants.ts';
import { encodeEthMessage } from '../../../src-main/eth/messages.ts';
import { ReceiptsAnswer } from '../../../src-main/eth/receipts-answer.ts';
import {
  encodeBlockReceipts,
  FlatReceipts,
  receiptLength,
  receiptsIn,
  type BlockReceipts,
  type Receipt,
} from '../../../src-main/eth/receipts.ts';
import { ETH_VERSION_NUMBERS, type EthVersion } from '../../../src-main/eth/versions.ts';
import { anyReceipt } from '../../support/receipt-values.ts';

/** What a message has beside its items, with the code. */
const ENVELOPE = MAX_ETH_MESSAGE_SIZE - HARD_RESPONSE_LIMIT;

type Blocks = readonly (readonly Receipt[])[];

const blocks = fc.array(fc.array(anyReceipt, { maxLength: 6 }), { maxLength: 6 });
const limits = fc.record({
  items: fc.integer({ min: 1, max: 5 }),
  bytes: fc.integer({ min: 1, max: 1_500 }),
  hardBytes: fc.integer({ min: 100, max: 2_500 }),
});
const version = fc.constantFrom(...ETH_VERSION_NUMBERS);
const partial = fc.constantFrom<EthVersion>(70, 71);
const firstIndex = fc.oneof(
  { weight: 9, arbitrary: fc.bigInt({ min: 0n, max: 7n }) },
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

interface Answer {
  readonly blocks: Blocks;
  readonly lastIncomplete: boolean;
}

function answerTo(
  spoken: EthVersion,
  requested: readonly BlockReceipts[],
  first: bigint,
  bounds: MessageLimits,
): Answer {
  const answer = new ReceiptsAnswer(spoken, first, bounds);
  for (const block of requested) answer.add(block);
  const { blocks: given, lastIncomplete } = answer.fields;
  return { blocks: given.map(receiptsIn), lastIncomplete };
}

const flat = (block: readonly Receipt[]): FlatReceipts =>
  FlatReceipts.of(encodeRlp(encodeBlockReceipts('flat', block)));

/** Bytes that blocks take in a message: their receipts, and the longest prefix for each block. */
const bytesOf = (content: Blocks): number =>
  content.reduce((sum, block) => sum + LIST_PREFIX_LENGTH + flatBytes(block), 0);

const flatBytes = (block: readonly Receipt[]): number =>
  itemsOf('flat', block).reduce<number>((sum, item) => sum + encodeRlp(item).length, 0);

const itemsOf = (form: 'flat' | 'consensus', block: readonly Receipt[]): readonly RlpInput[] =>
  encodeBlockReceipts(form, block) as readonly RlpInput[];

/** The answer of eth/70 by trial: of all prefixes of what was requested, the longest that the limits allow. */
function modelAnswer(requested: Blocks, first: bigint, { items, bytes, hardBytes }: MessageLimits): Answer {
  let answer: Answer = { blocks: [], lastIncomplete: false };
  for (const [index, block] of requested.entries()) {
    if (answer.lastIncomplete || answer.blocks.length >= items || bytesOf(answer.blocks) >= bytes) break;
    const wanted = index === 0 ? block.filter((_, at) => BigInt(at) >= first) : block;
    const fits = (count: number): boolean => bytesOf([...answer.blocks, wanted.slice(0, count)]) <= hardBytes;
    let count = wanted.length;
    while (count > 0 && !fits(count)) count--;
    if (count === 0 && wanted.length > 0) break;
    const kept = [...answer.blocks, wanted.slice(0, count)];
    answer = { blocks: kept, lastIncomplete: count < wanted.length };
  }
  return answer;
}

describe('an answer with receipts', () => {
  it('is that of the model since eth/70', () => {
    fc.assert(
      fc.property(partial, blocks, firstIndex, limits, (spoken, requested, first, bounds) => {
        expect(answerTo(spoken, requested, first, bounds)).toEqual(modelAnswer(requested, first, bounds));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same from encoded receipts, in every version', () => {
    fc.assert(
      fc.property(version, blocks, firstIndex, limits, (spoken, requested, first, bounds) => {
        const index = spoken >= 70 ? first : 0n;
        const answer = answerTo(spoken, requested.map(flat), index, bounds);
        expect(answer).toEqual(answerTo(spoken, requested, index, bounds));
      }),
      { numRuns: 500 },
    );
  });

  it('fits into a message, in the order of the request, in every version', () => {
    fc.assert(
      fc.property(version, blocks, limits, (spoken, requested, bounds) => {
        const answer = answerTo(spoken, requested, 0n, bounds);
        const message = { name: 'Receipts', requestId: 2n ** 64n - 1n, ...answer } as const;
        const { payload } = encodeEthMessage(spoken, message);
        expect(payload.length + 1).toBeLessThanOrEqual(bounds.hardBytes + ENVELOPE);
        const whole = answer.lastIncomplete ? answer.blocks.slice(0, -1) : answer.blocks;
        expect(whole).toEqual(requested.slice(0, whole.length));
        const cut = answer.lastIncomplete ? (answer.blocks.at(-1) ?? []) : [];
        expect(cut).toEqual(requested[whole.length]?.slice(0, cut.length) ?? []);
      }),
      { numRuns: 500 },
    );
  });

  it('lets a peer fetch every receipt in parts', () => {
    fc.assert(
      fc.property(partial, blocks, limits, (spoken, requested, { items, bytes }) => {
        const largest = Math.max(0, ...requested.flat().map((each) => receiptLength('flat', each)));
        const hardBytes = largest + LIST_PREFIX_LENGTH;
        const fetched: (readonly Receipt[])[] = [];
        let [from, first, rounds] = [0, 0n, 0];
        while (from < requested.length) {
          expect(rounds++).toBeLessThan(50);
          const answer = answerTo(spoken, requested.slice(from), first, { items, bytes, hardBytes });
          for (const [index, part] of answer.blocks.entries()) {
            const before = index === 0 && first > 0n ? (fetched.pop() ?? []) : [];
            fetched.push([...before, ...part]);
          }
          from = fetched.length - (answer.lastIncomplete ? 1 : 0);
          first = answer.lastIncomplete ? BigInt(fetched.at(-1)?.length ?? 0) : 0n;
        }
        expect(fetched).toEqual(requested);
      }),
    );
  });
});

describe('the length of a receipt', () => {
  it('is exact for the flat form, and a near upper bound for the consensus form', () => {
    fc.assert(
      fc.property(anyReceipt, (each) => {
        const item = (form: 'flat' | 'consensus'): number => encodeRlp(itemsOf(form, [each])[0] ?? []).length;
        expect(receiptLength('flat', each)).toBe(item('flat'));
        const excess = receiptLength('consensus', each) - item('consensus');
        expect(excess).toBeGreaterThanOrEqual(0);
        expect(excess).toBeLessThan(12);
      }),
    );
  });
});

describe('an answer with block access lists', () => {
  const list = fc.uint8Array({ maxLength: 900, size: 'max' }).map((content) => encodeRlp([content]));
  const lists = fc.array(fc.option(list, { nil: undefined }), { maxLength: 8 });

  it('has the first of the requested lists, as many as fit', () => {
    fc.assert(
      fc.property(lists, limits, (requested, bounds) => {
        const fitting = fitAccessLists(requested, bounds);
        const room = bounds.hardBytes;
        const sendable = requested.map((each) =>
          each === undefined || each.length > room ? undefined : each,
        );
        expect(fitting).toEqual(sendable.slice(0, fitting.length));
        const size = (items: readonly (Uint8Array | undefined)[]): number =>
          items.reduce((sum, each) => sum + (each?.length ?? 1), 0);
        expect(size(fitting)).toBeLessThanOrEqual(room);
        expect(fitting.length).toBeLessThanOrEqual(bounds.items);
        if (fitting.length > 0) expect(size(fitting.slice(0, -1))).toBeLessThan(bounds.bytes);
        const isWhole = fitting.length === requested.length;
        const isFull =
          fitting.length === bounds.items ||
          size(fitting) >= bounds.bytes ||
          size(sendable.slice(0, fitting.length + 1)) > room;
        expect(isWhole || isFull).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
