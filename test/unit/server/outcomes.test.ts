import { describe, expect, it } from 'vitest';
import { OutcomeBook } from '../../../src-main/server/outcomes.ts';
import { failure } from '../../support/dial-rounds.ts';

describe('the outcomes', () => {
  it('are the last ten with a node, newest first', () => {
    const book = new OutcomeBook();
    for (let at = 0; at < 12; at++) book.ended('a', at, failure('timed-out'));
    book.connected('a', 12);
    expect(book.of('a')).toHaveLength(10);
    expect(book.of('a')[0]).toEqual({ at: 12, code: 'connected', message: 'A session began', by: null });
    expect(book.of('a')[1]).toEqual({ at: 11, code: 'timed-out', message: 'timed-out', by: 'network' });
    expect(book.of('b')).toEqual([]);
  });

  it('forget the nodes that were heard of least recently', () => {
    const book = new OutcomeBook();
    for (let number = 0; number <= 5_000; number++) book.connected(String(number), number);
    expect(book.of('0')).toEqual([]);
    expect(book.of('1')).toHaveLength(1);
    expect(book.of('5000')).toHaveLength(1);
  });
});
