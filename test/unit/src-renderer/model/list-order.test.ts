import { describe, expect, it } from 'vitest';
import type { NodeListEntry } from '../../../../shared/model/node-list.ts';
import { moved, placeOfStep } from '../../../../src-renderer/model/list-order.ts';

const entry = (id: string, source: NodeListEntry['source'] = 'user'): NodeListEntry => ({
  ...{
    id,
    text: '',
    label: null,
    addedAt: 0,
    source,
    host: null,
    tcp: 0,
    udp: 0,
    client: null,
    lastEnd: null,
  },
  state: { state: 'idle', message: null, nextTryAt: null, action: null },
});
const list = [entry('flag', 'flag'), entry('a'), entry('b'), entry('c')];
const ids = (entries: readonly NodeListEntry[]): string => entries.map(({ id }) => id).join(' ');

describe('an entry of a list', () => {
  it('goes one place up or down among those of the user', () => {
    const step = (id: string, by: -1 | 1): string => {
      const before = placeOfStep(list, id, by);
      return before === undefined ? 'stays' : ids(moved(list, id, before));
    };
    expect(step('b', -1)).toBe('flag b a c');
    expect(step('a', 1)).toBe('flag b a c');
    expect(step('b', 1)).toBe('flag a c b');
    expect([step('a', -1), step('c', 1), step('flag', 1), step('x', 1)]).toEqual(Array(4).fill('stays'));
  });

  it('goes in front of another one or to the end', () => {
    expect(ids(moved(list, 'c', 'a'))).toBe('flag c a b');
    expect(ids(moved(list, 'a', null))).toBe('flag b c a');
    expect(moved(list, 'x', 'a')).toBe(list);
    expect(moved(list, 'a', 'a')).toBe(list);
  });
});
