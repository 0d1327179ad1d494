import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const file = pathToFileURL(resolve(import.meta.dirname, '../../../build/wasm.mjs')).href;
const { binaryFile, compileWasm } = (await import(file)) as {
  readonly binaryFile: string;
  compileWasm(): Promise<string>;
};

test('the committed WebAssembly module is what its sources compile to', { timeout: 120_000 }, async () => {
  expect(readFileSync(binaryFile, 'utf8')).toBe(await compileWasm());
});
