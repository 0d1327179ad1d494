import { expect, it } from 'vitest';
import { nearestTo, neighboursOf } from '../../../src-main/demo/neighbours.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { fakeNode } from '../../support/nodes.ts';

/** A node whose ID begins with this byte. */
const at = (first: number): Node => {
  const id = new Uint8Array(32);
  id[0] = first;
  return fakeNode(id);
};

const firsts = (nodes: readonly Node[]): number[] => nodes.map(({ id }) => id[0]!).sort((a, b) => a - b);

it('a passive node knows the two nearest nodes of each bucket, and not itself', () => {
  const own = at(0);
  const far = [0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0];
  const near = [0x10, 0x11];
  const known = neighboursOf(own, [own, ...[...far, ...near].map(at)]);
  expect(firsts(known)).toEqual([0x10, 0x11, 0x80, 0x90]);
});

it('the nearest node is that of the smallest XOR distance', () => {
  expect(nearestTo(at(0x81).id, [at(0x7f), at(0x82), at(0xc1)])?.id[0]).toBe(0x82);
  expect(nearestTo(at(0x81).id, [])).toBeUndefined();
});
