import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withLateEntry } from '../../../build/late-entry.ts';

const BUILT = `<head>
    <script type="module" crossorigin src="./assets/index-1.js"></script>
    <link rel="modulepreload" crossorigin href="./assets/a-2.js">
    <link rel="modulepreload" crossorigin href="./assets/b-3.js">
    <link rel="stylesheet" crossorigin href="./assets/index-4.css">
  </head>
  <body>
    <div id="app"></div>
  </body>`;

describe('the built page', () => {
  test('names its scripts for the first paint, and keeps its styles', () => {
    expect(withLateEntry(BUILT)).toBe(`<head>
    <link rel="stylesheet" crossorigin href="./assets/index-4.css">
  </head>
  <body>
    <div id="app"></div>
    <script src="./start.js" data-entry="./assets/index-1.js" data-preload="./assets/a-2.js ./assets/b-3.js"></script>
  </body>`);
  });

  test('has its scripts at once where nothing is to be loaded beside them', () => {
    const html = withLateEntry(BUILT.replace(/\n.*modulepreload.*/g, ''));
    expect(html).toContain('data-preload=""');
  });

  test('without a script is refused', () => {
    const source = readFileSync(resolve(import.meta.dirname, '../../../src-renderer/index.html'), 'utf8');
    expect(() => withLateEntry(source.replace(/<script type="module".*/, ''))).toThrow(
      'no <script type="module">',
    );
  });
});
