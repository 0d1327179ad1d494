import { describe, expect, test } from 'vitest';
import { isUsableToken, tokenIn } from '../../../src-main/api/http-access.ts';

describe('the token of a request', () => {
  test.each([
    ['Bearer the-secret-token', undefined, 'the-secret-token'],
    ['bearer the-secret-token', undefined, 'the-secret-token'],
    [undefined, 'enodeck, token.the-secret-token', 'the-secret-token'],
    ['Bearer one', 'token.two', 'one'],
    [undefined, undefined, undefined],
    ['', '', undefined],
    ['Bearer ', undefined, undefined],
    ['Basic the-secret-token', undefined, undefined],
    [undefined, 'enodeck', undefined],
    [undefined, 'token.', ''],
    [undefined, 'the-secret-token', undefined],
  ])('is found in either place: %j %j', (authorization, subprotocols, token) => {
    expect(tokenIn(authorization, subprotocols)).toBe(token);
  });

  test('may have what is valid in a URL and a header', () => {
    expect(isUsableToken('Abc_12.~-')).toBe(true);
    for (const token of ['', 'with space', 'with/slash12', 'ü', 'a'.repeat(129)]) {
      expect(isUsableToken(token)).toBe(false);
    }
  });
});
