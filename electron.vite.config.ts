import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { listBundledPackages } from './build/bundled-packages.ts';
import { lateEntry } from './build/late-entry.ts';
import { addDocs } from './build/docs-pages.ts';

/** The commit of the working copy; null outside of one, as in an archive of the sources. */
function commit(): string | null {
  try {
    const args = ['describe', '--always', '--abbrev=12', '--dirty', '--exclude=*'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

const at = (path: string) => resolve(import.meta.dirname, path);

/**
 * Dependencies that are bundled into the main process: one file is read and compiled faster than hundreds, and what is not
 * used is left out. Packages with native code or files of their own stay outside.
 */
const BUNDLED = [
  'zod',
  'commander',
  'write-file-atomic',
  'jsonc-parser',
  'smol-toml',
  '@noble/curves',
  '@noble/hashes',
  '@noble/ciphers',
  '@scure/base',
  '@ethereumjs/rlp',
  'lru-cache',
  'csv-stringify',
  'fast-xml-parser',
  'rotating-file-stream',
];

/*
 * The targets are the oldest runtime that the code must run on (Electron 33: Node 20.18, Chromium 130), not the
 * installed one. A sandboxed preload must be one CommonJS file that contains its dependencies.
 */
export default defineConfig({
  main: {
    define: { __COMMIT__: JSON.stringify(commit()) },
    build: {
      target: 'node20.18',
      outDir: 'out/main',
      externalizeDeps: { exclude: BUNDLED },
      rolldownOptions: {
        input: {
          main: at('src-main/main.ts'),
          headless: at('src-main/headless.ts'),
          'recovery-worker': at('src-main/recovery-worker.ts'),
        },
        external: ['electron'],
      },
    },
  },
  preload: {
    plugins: [listBundledPackages(at('out/bundled/preload.json'))],
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: at('src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    base: './',
    plugins: [
      vue(),
      tailwindcss(),
      lateEntry(),
      addDocs(at('docs')),
      listBundledPackages(at('out/bundled/renderer.json')),
    ],
    build: {
      target: 'chrome130',
      minify: true,
      outDir: at('out/renderer'),
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { index: at('src-renderer/index.html'), docs: at('src-renderer/styles/docs.css') },
      },
    },
  },
});
