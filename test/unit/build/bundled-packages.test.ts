import { expect, test } from 'vitest';
import { packageOf, packagesOf } from '../../../build/bundled-packages.ts';

test.each([
  ['/p/node_modules/vue/dist/vue.js', 'vue'],
  ['/p/node_modules/@vueuse/core/index.js?vue&type=script', '@vueuse/core'],
  ['/p/node_modules/a/node_modules/@b/c/x.js', '@b/c'],
  ['../node_modules/@fontsource-variable/inter/files/inter.woff2', '@fontsource-variable/inter'],
  ['C:\\p\\node_modules\\vue\\dist\\vue.js', 'vue'],
  ['/p/src-renderer/main.ts', undefined],
])('%s is a file of %s', (file, name) => {
  expect(packageOf(file)).toBe(name);
});

test('lists each package once, and the one whose style sheet is inlined', () => {
  const files = ['/p/node_modules/vue/a.js', '/p/node_modules/vue/b.js', '/p/src-renderer/main.ts'];
  expect(packagesOf(files)).toEqual(['tailwindcss', 'vue']);
  expect(packagesOf(['/p/src-main/preload.ts'])).toEqual([]);
});
