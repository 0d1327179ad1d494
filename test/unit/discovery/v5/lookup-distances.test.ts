import { describe, expect, it } from 'vitest';
import { lookupDistances } from '../../../../src-main/discovery/v5/lookup-distances.ts';
import { idAtDistance } from '../../../support/nodes.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

describe('the distances that a lookup requests', () => {
  const random = new SeededRandom(1);
  const target = random.bytes(32);
  it.each([
    [256, [256, 255, 254]],
    [255, [255, 256, 254]],
    [200, [200, 201, 199]],
    [2, [2, 3, 1]],
    [1, [1, 2, 3]],
    [0, [0, 1, 2]],
  ])('from a node at distance %i are %j', (distance, distances) => {
    expect(lookupDistances(target, idAtDistance(target, distance, random))).toEqual(distances);
  });
});
