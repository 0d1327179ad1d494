import { describe, expect, it } from 'vitest';
import { passwordFault } from '../../../shared/key-password.ts';

describe('the password of an exported node key', () => {
  it.each([
    ['nine chars', undefined],
    ['nine char', 'too-short'],
    // Characters, not UTF-16 units.
    ['\u{1f511}'.repeat(9), 'too-short'],
    ['\u{1f511}'.repeat(10), undefined],
    ['Zürich, fünf Äpfel', undefined],
    ['x'.repeat(256), undefined],
    ['x'.repeat(257), 'too-long'],
    ['with a \u0000 in it', 'unusual-character'],
    ['with a\ttabulator', 'unusual-character'],
    ['half a pair \ud83d', 'unusual-character'],
    // A ligature, and a letter with a combining mark: other programs normalize them.
    ['\ufb01ne password', 'unusual-character'],
    ['Zu\u0308rich, fu\u0308nf', 'unusual-character'],
  ] as const)('%j: %s', (password, fault) => {
    expect(passwordFault(password)).toBe(fault);
  });
});
