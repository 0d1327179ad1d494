import { describe, expect, test } from 'vitest';
import { exists, filesReachedBy, filesWithBehaviour, mirrorOf, readTestMap } from '../../support/test-map.ts';

const rows = readTestMap();
const mapped = rows.flatMap(({ files }) => files);
const unmirrored = filesWithBehaviour().filter((file) => !exists(mirrorOf(file)));

describe('docs/test-map.md', () => {
  test('names the test of every source file with behaviour that has none at the mirrored path', () => {
    expect(unmirrored.filter((file) => !mapped.includes(file))).toEqual([]);
  });

  test('names no file that is missing, has its own test, or is named twice', () => {
    expect(mapped.filter((file, at) => !unmirrored.includes(file) || mapped.indexOf(file) !== at)).toEqual(
      [],
    );
  });

  test('names tests that import the files of their row', () => {
    const missed = rows.flatMap(({ files, test: path }) => {
      const reached = filesReachedBy(path);
      return files.filter((file) => !reached.has(file)).map((file) => `${path} does not import ${file}`);
    });
    expect(missed).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
  });
});
