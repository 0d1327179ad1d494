import { expect, it } from 'vitest';
import { blocksBehind } from '../../../../src-renderer/model/peer-lag.ts';

it('a peer is behind by the blocks up to the highest head, and not at all without a number', () => {
  expect(blocksBehind({ latestBlock: '600' }, 641)).toBe(41);
  expect(blocksBehind({ latestBlock: '700' }, 641)).toBe(0);
  expect(blocksBehind({ latestBlock: null }, 641)).toBe(0);
});
