import { describe, expect, it } from 'vitest';
import { endpointPieces, textParts } from '../../../../src-renderer/model/format.ts';

describe('an endpoint goes on in the next line', () => {
  it.each([
    ['198.51.100.199:30303', ['198.51.100.199', ':30303']],
    ['[2001:db8::1:30]:30303', ['[2001:', 'db8::', '1:', '30]', ':30303']],
    ['[::]:3', ['[::]', ':3']],
    ['node.example.org:30303', ['node.example.org', ':30303']],
    ['198.51.100.199', ['198.51.100.199']],
  ])('of %s at its colons', (text, pieces) => {
    expect(endpointPieces(text)).toEqual(pieces);
  });
});

describe('a text in one line keeps', () => {
  it.each([
    ['198.51.100.199:30303', '', '198.51.100.199', ':30303'],
    ['[2001:db8::1]:30303', '', '[2001:db8::1]', ':30303'],
    ['enode://9f4c@198.51.100.199:30303?discport=0', 'enode://9f4c', '@198.51.100.199', ':30303?discport=0'],
    ['enode://9f4c@[2001:db8::1]:30303', 'enode://9f4c', '@[2001:db8::1]', ':30303'],
  ])('the port of %s', (text, start, middle, end) => {
    expect(textParts(text)).toEqual({ start, middle, end });
  });

  it.each(['enr:-KO4QKO4QKO4QKO4Q', `enode://${'9f'.repeat(64)}`, '9f4c2a17fa', 'no address', ''])(
    'the end of %s, and loses nothing',
    (text) => {
      const { start, middle, end } = textParts(text);
      expect(start + middle + end).toBe(text);
      expect(end).toBe(text.slice(-4));
    },
  );
});
