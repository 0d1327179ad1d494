import { readFileSync } from 'node:fs';

/** A file of test/vectors, parsed; the caller knows its shape. */
export function readVectors<T>(file: string): T {
  return JSON.parse(readVectorText(file)) as T;
}

/** The text of a file of test/vectors. */
export function readVectorText(file: string): string {
  return readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8');
}
