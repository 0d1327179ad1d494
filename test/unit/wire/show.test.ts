import { describe, expect, it } from 'vitest';
import { showBytes, showIp, showUint } from '../../../src-main/wire/show.ts';

describe('showUint', () => {
  it.each([
    [0n, '0 wei'],
    [12n, '12 wei'],
    [7_312_000_000n, '7.312 gwei'],
    [1_500_000_000_000_000_000n, '1.5 ether'],
    [1_234_000_000_000_000_000_000n, '1,234 ether'],
  ])('writes %s wei exactly', (value, text) => {
    expect(showUint(value, 'wei').value).toBe(text);
  });

  it('writes an amount in gwei as the same amount in wei', () => {
    expect(showUint(32_000_000_000n, 'gwei').value).toBe('32 ether');
    expect(showUint(7n, 'gwei').value).toBe('7 gwei');
  });

  it('dates a timestamp, and shows one that is out of range as a number', () => {
    expect(showUint(1_710_338_135n, 'timestamp')).toEqual({
      value: '2024-03-13 13:55:35',
      note: '1710338135',
    });
    expect(showUint(2n ** 63n, 'timestamp').value).toBe('9,223,372,036,854,775,808');
  });

  it('groups digits, but not those of a port', () => {
    expect(showUint(21_033_411n, 'block').value).toBe('21,033,411');
    expect(showUint(30_303n, 'port').value).toBe('30303');
  });
});

describe('showBytes', () => {
  it('shortens a long byte string and says so', () => {
    expect(showBytes(new Uint8Array(64)).note).toBeNull();
    const { value, note } = showBytes(new Uint8Array(1_200));
    expect(value).toBe(`0x${'00'.repeat(64)}…`);
    expect(note).toBe('first 64 of 1,200 bytes');
  });
});

describe('showIp', () => {
  it('shows an address, and bytes that are none', () => {
    expect([new Uint8Array(0), Uint8Array.of(127, 0, 0, 1), Uint8Array.of(1, 2)].map(showIp)).toEqual([
      'none',
      '127.0.0.1',
      '0x0102',
    ]);
  });
});
