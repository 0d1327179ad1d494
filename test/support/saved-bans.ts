import type { Ban } from '../../shared/model/ban.ts';

/** The ban that the store writer sets on its n-th node. */
export const banOf = (idHex: string, number: number): Ban => ({
  id: `node:${idHex}`,
  target: { kind: 'node', value: idHex },
  reason: `number ${String(number)}`,
  offence: null,
  by: 'user',
  createdAt: number,
  until: null,
  name: null,
});

/** Whether the writer removes it again. */
export const isLifted = (number: number): boolean => number % 3 === 0;
