import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings-table.ts';
import { nodeRetention, sessionRetention } from '../../../src-main/store/retention.ts';

test('the defaults keep nodes for a day, as geth, and sessions for a quarter of a year', () => {
  expect(nodeRetention(DEFAULT_SETTINGS)).toEqual({ count: 10_000, ageMs: 86_400_000 });
  expect(sessionRetention(DEFAULT_SETTINGS)).toEqual({ count: 50_000, ageMs: 90 * 86_400_000 });
});
