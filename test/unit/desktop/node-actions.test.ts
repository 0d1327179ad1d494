import { expect, test } from 'vitest';
import { NO_ACTIONS, possibleActions } from '../../../src-main/desktop/node-actions.ts';

test.each([
  ['stopped', { start: true, stop: false, restart: false }],
  ['failed', { start: true, stop: false, restart: false }],
  ['starting', NO_ACTIONS],
  ['running', { start: false, stop: true, restart: true }],
  ['stopping', NO_ACTIONS],
] as const)('a node that is %s has its actions, and none while the program ends', (phase, actions) => {
  expect(possibleActions(phase, false)).toEqual(actions);
  expect(possibleActions(phase, true)).toEqual(NO_ACTIONS);
});
