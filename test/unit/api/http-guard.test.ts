import { describe, expect, test } from 'vitest';
import { createHttpGuard, isUsableToken } from '../../../src-main/api/http-guard.ts';

const guard = createHttpGuard('the-secret-token', ['node.example']);

describe('the guard of the HTTP server', () => {
  test.each([
    'localhost',
    'localhost:8546',
    'LOCALHOST:1',
    '127.0.0.1:8546',
    '[::1]:8546',
    '10.0.0.7',
    'node.example:80',
  ])('allows a Host that no DNS answer can forge, or that is configured: %s', (host) => {
    expect(guard.hostAllowed(host)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'node.example.evil',
    '127.0.0.1.evil',
    'a b',
    '[::1',
    'localhost:8546:1',
  ])('refuses any other Host: %j', (host) => {
    expect(guard.hostAllowed(host)).toBe(false);
  });

  test('allows any Host if `*` is configured', () => {
    expect(createHttpGuard('the-secret-token', ['*']).hostAllowed('other.example')).toBe(true);
  });

  test('allows requests of its own page and of programs, not of other pages', () => {
    expect(guard.originAllowed(undefined, 'localhost:8546')).toBe(true);
    expect(guard.originAllowed('http://localhost:8546', 'localhost:8546')).toBe(true);
    for (const origin of [
      'null',
      'http://evil.example',
      'http://localhost:9999',
      'https://localhost:8546',
      'file://',
    ]) {
      expect(guard.originAllowed(origin, 'localhost:8546')).toBe(false);
    }
  });

  test('allows pages of https only where it serves them', () => {
    const secure = createHttpGuard('the-secret-token', [], 'https');
    expect(secure.originAllowed('https://localhost:8546', 'localhost:8546')).toBe(true);
    expect(secure.originAllowed('http://localhost:8546', 'localhost:8546')).toBe(false);
  });

  test('accepts the token in either place', () => {
    expect(guard.tokenAccepted('Bearer the-secret-token', undefined)).toBe(true);
    expect(guard.tokenAccepted('bearer the-secret-token', undefined)).toBe(true);
    expect(guard.tokenAccepted(undefined, 'enodeck, token.the-secret-token')).toBe(true);
  });

  test.each([
    [undefined, undefined],
    ['', ''],
    ['Bearer ', undefined],
    ['Bearer the-secret-toke', undefined],
    ['Bearer the-secret-token2', 'token.the-secret-token'],
    ['Basic the-secret-token', undefined],
    [undefined, 'enodeck'],
    [undefined, 'token.'],
    [undefined, 'the-secret-token'],
  ])('refuses any other token: %j %j', (authorization, subprotocols) => {
    expect(guard.tokenAccepted(authorization, subprotocols)).toBe(false);
  });

  test('allows tokens that are valid in a URL and a header', () => {
    expect(isUsableToken('Abc_12.~-')).toBe(true);
    for (const token of ['', 'with space', 'with/slash12', 'ü', 'a'.repeat(129)]) {
      expect(isUsableToken(token)).toBe(false);
    }
  });
});
