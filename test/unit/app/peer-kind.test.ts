import { expect, it } from 'vitest';
import { peerKindOf } from '../../../src-main/app/peer-kind.ts';

it('is trusted before static before dynamic', () => {
  const kindIn = (...lists: string[]): string =>
    peerKindOf('aa', (list, id) => id === 'aa' && lists.includes(list));
  expect([kindIn('static', 'trusted'), kindIn('trusted'), kindIn('static'), kindIn()]).toEqual([
    'trusted',
    'trusted',
    'static',
    'dynamic',
  ]);
});
