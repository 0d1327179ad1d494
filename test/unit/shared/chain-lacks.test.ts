import { expect, test } from 'vitest';
import { isGraveLack } from '../../../shared/chain-lacks.ts';

test.each(['no-receipts-served', 'transactions-are-not-relayed', 'pool-is-not-served'] as const)(
  'what leaves peers without something is a warning: %s',
  (consequence) => {
    expect(isGraveLack(consequence)).toBe(true);
  },
);

test.each(['head-is-polled', 'hashes-cost-another-call', 'oldest-block-is-searched'] as const)(
  'what costs calls only is none: %s',
  (consequence) => {
    expect(isGraveLack(consequence)).toBe(false);
  },
);

test('missing access lists are none, because eth/71 allows the empty item', () => {
  expect(isGraveLack('no-access-lists-served')).toBe(false);
});
