import { describe, expect, it } from 'vitest';
import { MAX_REMOVED, RemovedEntries, UNDO_MS } from '../../../src-main/app/removed-entries.ts';
import { nodeWithSequence } from '../../support/sequence-records.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const node = nodeWithSequence(1, 1n);
const removed = (idHex: string) => ({
  entry: { node: { ...node, idHex }, text: '', label: null, addedAt: 0 },
  before: null,
});

describe('removed entries', () => {
  it('are kept by list for a time', async () => {
    const clock = new VirtualClock();
    const entries = new RemovedEntries(clock);
    entries.keep('static', removed('a'));
    expect(entries.get('trusted', 'a')).toBeUndefined();
    await clock.advance(UNDO_MS);
    expect(entries.get('static', 'a')).toMatchObject({ before: null });
    await clock.advance(1);
    expect(entries.get('static', 'a')).toBeUndefined();
  });

  it('are dropped when put back', () => {
    const entries = new RemovedEntries(new VirtualClock());
    entries.keep('static', removed('a'));
    entries.drop('static', 'a');
    expect(entries.get('static', 'a')).toBeUndefined();
  });

  it('are bounded: the oldest goes first', () => {
    const entries = new RemovedEntries(new VirtualClock());
    for (let at = 0; at <= MAX_REMOVED; at++) entries.keep('static', removed(String(at)));
    expect(entries.get('static', '0')).toBeUndefined();
    expect(entries.get('static', '1')).toBeDefined();
    expect(entries.get('static', String(MAX_REMOVED))).toBeDefined();
  });
});
