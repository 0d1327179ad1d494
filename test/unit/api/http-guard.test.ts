import { describe, expect, test } from 'vitest';
import { createHttpGuard } from '../../../src-main/api/http-guard.ts';

const guard = createHttpGuard(['node.example']);

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
    expect(createHttpGuard(['*']).hostAllowed('other.example')).toBe(true);
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
    const secure = createHttpGuard([], 'https');
    expect(secure.originAllowed('https://localhost:8546', 'localhost:8546')).toBe(true);
    expect(secure.originAllowed('http://localhost:8546', 'localhost:8546')).toBe(false);
  });
});
