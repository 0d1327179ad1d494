import { describe, expect, it } from 'vitest';
import { readDensity, rowHeightOf } from '../../../../src-renderer/model/density.ts';

describe('the density of tables', () => {
  it('makes rows lower, to whole pixels', () => {
    expect([32, 36, 24].map((height) => rowHeightOf('compact', height))).toEqual([26, 30, 20]);
    expect(rowHeightOf('comfortable', 32)).toBe(32);
  });

  it('is comfortable for any other saved text', () => {
    expect(readDensity('compact')).toBe('compact');
    for (const text of ['', 'Compact', 'null', '{}']) expect(readDensity(text)).toBe('comfortable');
  });
});
