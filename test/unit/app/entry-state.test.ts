import { describe, expect, test } from 'vitest';
import { entryState } from '../../../src-main/app/entry-state.ts';
import type { DialState } from '../../../src-main/dialing/dial-state.ts';

const waitingUntil = (nextTryAt: number): DialState => ({
  ...{ state: 'waiting', waitsFor: undefined, refusal: 'recently-dialed', cause: undefined, failures: 1 },
  nextTryAt,
});

describe('entryState', () => {
  test('stays the same for a waiting node when two clocks give the next try a millisecond apart', () => {
    expect(entryState(waitingUntil(1_700_000_030_201), 50)).toEqual(
      entryState(waitingUntil(1_700_000_030_200), 50),
    );
    expect(entryState(waitingUntil(1_700_000_030_200), 50).nextTryAt).toBe(1_700_000_030_000);
  });
});
