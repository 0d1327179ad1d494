import { expect, test } from 'vitest';
import { entryText } from '../../../src-main/api/audit-text.ts';

test('an entry of a list has its label in the audit log', () => {
  expect(entryText({ text: 'enode://…', label: null })).toBe('enode://…');
  expect(entryText({ text: 'enode://…', label: 'ours' })).toBe('enode://… (ours)');
});
