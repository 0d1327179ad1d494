import { expect, it } from 'vitest';
import { fileTime } from '../../../src-main/base/file-time.ts';

it('has no character that a file name must not have', () => {
  expect(fileTime(Date.UTC(2026, 10, 28, 18, 5, 0, 999))).toBe('2026-11-28T18-05-00');
});
