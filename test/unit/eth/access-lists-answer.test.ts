import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { fitAccessLists } from '../../../src-main/eth/access-lists-answer.ts';
import { MAX_ETH_MESSAGE_SIZE, MAX_ITEMS_SERVED } from '../../../src-main/eth/constants.ts';
import { encodeEthMessage } from '../../../src-main/eth/messages.ts';

const MIB = 1024 * 1024;
const EMPTY_LIST = Uint8Array.of(0xc0);

const listOf = (size: number): Uint8Array => encodeRlp([new Uint8Array(size)]);

type Lists = readonly (Uint8Array | undefined)[];

/** The sizes of the lists; comparing large lists byte by byte takes seconds. */
const sizesOf = (lists: Lists): readonly (number | undefined)[] => lists.map((list) => list?.length);

function answerTo(lists: Lists): readonly (number | undefined)[] {
  const fitting = fitAccessLists(lists);
  const message = { name: 'BlockAccessLists', requestId: 2n ** 64n - 1n, lists: fitting } as const;
  expect(encodeEthMessage(71, message).payload.length + 1).toBeLessThanOrEqual(MAX_ETH_MESSAGE_SIZE);
  return sizesOf(fitting);
}

describe('an answer with block access lists', () => {
  it('has an item for each block, also where the list is empty or not available', () => {
    const lists = [listOf(70_000), undefined, EMPTY_LIST, undefined];
    expect(answerTo(lists)).toEqual(sizesOf(lists));
    expect(answerTo([])).toEqual(sizesOf([]));
  });

  it('ends with the list that passes 2 MiB', () => {
    const lists = [listOf(MIB), listOf(MIB), undefined, EMPTY_LIST];
    expect(answerTo(lists)).toEqual(sizesOf(lists.slice(0, 2)));
  });

  it('ends before a list that does not fit behind the others', () => {
    const lists = [listOf(MIB), listOf(9 * MIB), EMPTY_LIST];
    expect(answerTo(lists)).toEqual(sizesOf(lists.slice(0, 1)));
    expect(answerTo(lists.slice(1))).toEqual(sizesOf(lists.slice(1, 2)));
  });

  it('says of a list that fits into no message that it is not available', () => {
    expect(answerTo([EMPTY_LIST, listOf(10 * MIB), EMPTY_LIST])).toEqual(
      sizesOf([EMPTY_LIST, undefined, EMPTY_LIST]),
    );
  });

  it('has at most 1,024 items', () => {
    const missing = new Array<undefined>(MAX_ITEMS_SERVED + 1).fill(undefined);
    expect(answerTo(missing).length).toBe(MAX_ITEMS_SERVED);
  });
});
