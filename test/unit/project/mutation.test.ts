import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** The patterns of files that the mutation tests change. */
const patterns = [
  ...readFileSync(join(ROOT, 'stryker.config.mjs'), 'utf8').matchAll(/'!?(src-main\/[^']+)'/g),
].map(([, pattern = '']) => pattern);

describe('npm run test:mutation', () => {
  it('changes files of seven rooms', () => {
    expect(new Set(patterns.map((pattern) => pattern.split('/')[1])).size).toBe(7);
  });

  it.each(patterns)('finds %s', (pattern) => {
    if (!pattern.endsWith('/*.ts')) expect(existsSync(join(ROOT, pattern))).toBe(true);
    else
      expect(readdirSync(join(ROOT, dirname(pattern))).filter((name) => name.endsWith('.ts'))).not.toEqual(
        [],
      );
  });
});
