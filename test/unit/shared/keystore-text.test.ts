import { expect, test } from 'vitest';
import { isKeystoreText } from '../../../shared/keystore-text.ts';

test('a keystore is an object of JSON, and a plain key is not', () => {
  expect(isKeystoreText('\n {"version":3}')).toBe(true);
  for (const text of ['0123', 'ab'.repeat(32), '', '["enode://"]']) expect(isKeystoreText(text)).toBe(false);
});
