import { describe, expect, it } from 'vitest';
import {
  formatByteRate,
  formatBytes,
  formatDuration,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatRelativeTime,
  shortId,
} from '../../../shared/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('Numbers', () => {
  it('have their thousands separated', () => {
    expect([0, 999, 1_240, -1_240].map(formatNumber)).toEqual(['0', '999', '1,240', '-1,240']);
  });

  it('have their noun in the singular or the plural', () => {
    expect([0, 1, 1_240].map((value) => formatQuantity(value, 'node'))).toEqual([
      '0 nodes',
      '1 node',
      '1,240 nodes',
    ]);
    expect([1, 2].map((value) => formatQuantity(value, 'copy', 'copies'))).toEqual(['1 copy', '2 copies']);
    expect([1n, 2_000n].map((value) => formatQuantity(value, 'body', 'bodies'))).toEqual([
      '1 body',
      '2,000 bodies',
    ]);
  });

  it('may be integers of any size', () => {
    expect(formatNumber(2n ** 64n)).toBe('18,446,744,073,709,551,616');
  });
});

describe('Bytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [999.6, '1.0 kB'],
    [1000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [96_400, '96 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [4_100_000, '4.1 MB'],
    [18_900_000_000, '18.9 GB'],
    [99_940_000_000, '99.9 GB'],
    [214_400_000_000, '214 GB'],
    [-5, '0 B'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d are shown as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('have a rate', () => {
    expect(formatByteRate(214_000)).toBe('214 kB/s');
  });
});

describe('Durations', () => {
  it.each([
    [0, '<1 ms'],
    [0.49, '<1 ms'],
    [259.6, '260 ms'],
    [999.4, '999 ms'],
    [999.5, '1.0 s'],
    [1_900, '1.9 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [41_000, '41 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [MINUTE, '1 min'],
    [24 * MINUTE + 59 * SECOND, '24 min'],
    [HOUR, '1 h'],
    [18 * HOUR + 59 * MINUTE, '18 h'],
    [DAY, '1 d'],
    [2 * DAY + 4 * HOUR + 5, '2 d 4 h'],
    [-1, '<1 ms'],
    [Number.NaN, '–'],
  ])('of %d ms are shown as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('Relative times', () => {
  it.each([
    [0, 'now'],
    [-999, 'now'],
    [-1_000, '1 s ago'],
    [-9_499, '9 s ago'],
    [-9_500, '10 s ago'],
    [-12_000, '12 s ago'],
    [-3 * MINUTE, '3 min ago'],
    [-2 * DAY, '2 d ago'],
    [5 * MINUTE, 'in 5 min'],
    [12_000, 'in 12 s'],
  ])('with an offset of %d ms are %s', (distance, text) => {
    expect(formatRelativeTime(1e12 + distance, 1e12)).toBe(text);
  });
});

describe('Shares', () => {
  it.each([
    [0, '0%'],
    [0.004, '0.4%'],
    [0.37, '37%'],
    [1, '100%'],
    [Number.NaN, '–'],
  ])('%d is shown as %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });
});

describe('IDs', () => {
  it.each([
    ['9c4e000000000000000017fa', '9c4e…17fa'],
    ['0x9c4e000000000000000017fa', '9c4e…17fa'],
    ['123456789', '123456789'],
    ['', ''],
  ])('%j are shortened to %j', (id, text) => {
    expect(shortId(id)).toBe(text);
  });
});
