import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bearerToken, parseJwtSecret, signJwt } from '../../../src-main/sentry/jwt.ts';

const DIGITS = '1f'.repeat(32);

describe('a JWT secret', () => {
  test.each([DIGITS, `0x${DIGITS}`, `0X${DIGITS.toUpperCase()}`, `\n ${DIGITS}\r\n`])(
    'is read from %j',
    (text) => {
      expect(parseJwtSecret(text)).toEqual(new Uint8Array(32).fill(0x1f));
    },
  );

  test.each([
    ...['', DIGITS.slice(2), `${DIGITS}00`, DIGITS.slice(1)],
    ...[`${DIGITS.slice(2)}xy`, `${DIGITS}\n${DIGITS}`],
  ])('is refused: %j', (text) => {
    expect(() => parseJwtSecret(text)).toThrow(
      'The JWT secret is not valid: the file must have 64 hex digits, as geth’s jwtsecret, and nothing else',
    );
  });

  test('is not in the message of its refusal', () => {
    const secret = `${'ab'.repeat(31)}zz`;
    expect(() => parseJwtSecret(secret)).toThrow(expect.not.stringContaining('abab'));
  });
});

describe('a token', () => {
  test('is that of the example of jwt.io', () => {
    const claims = { sub: '1234567890', name: 'John Doe', iat: 1_516_239_022 };
    expect(signJwt(new TextEncoder().encode('your-256-bit-secret'), claims)).toBe(
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
    );
  });

  test('claims the time in seconds and nothing else', () => {
    const secret = new Uint8Array(32).fill(7);
    const [scheme, token = ''] = bearerToken(secret, 1_700_000_000_999).split(' ');
    const [head = '', claims = '', signature = ''] = token.split('.');
    const text = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(scheme).toBe('Bearer');
    expect(text(head)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(text(claims)).toEqual({ iat: 1_700_000_000 });
    const expected = createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url');
    expect(signature).toBe(expected);
  });
});
