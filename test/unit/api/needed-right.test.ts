import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  lowerRights,
  rightOfCall,
  rightOfEveryCall,
  type NeededRight,
} from '../../../src-main/api/needed-right.ts';

const BY_ARGUMENT: NeededRight = {
  right: 'admin',
  lower: [
    { right: 'read', first: z.literal('status') },
    { right: 'operate', first: z.string() },
  ],
};

test.each([
  ['status', 'read'],
  ['stop', 'operate'],
  [7, 'admin'],
  [undefined, 'admin'],
])('a call with the first argument %j needs the right %s', (first, right) => {
  expect(rightOfCall(BY_ARGUMENT, first)).toBe(right);
  expect(rightOfCall('operate', first)).toBe('operate');
});

test('every call is permitted with the highest right', () => {
  expect(rightOfEveryCall(BY_ARGUMENT)).toBe('admin');
  expect(rightOfEveryCall('read')).toBe('read');
  expect(lowerRights(BY_ARGUMENT)).toHaveLength(2);
  expect(lowerRights('admin')).toEqual([]);
});
