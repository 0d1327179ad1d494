#!/usr/bin/env node
/*
 * `npm run bench`: ours and the peers at the same work in the same run. The code is compiled as the product's is, then
 * run by plain Node.
 *
 *   --json FILE     writes [{ name, unit, better, ours, peers }]
 *   --seconds N     time for each figure in each round
 *   --only PARTS    primitives, discv5, scale, batching, codecs, idle, floods: one or several, with commas
 *
 * The floods are sent to the product as it is in out/, which is built for them, and to geth (build/real-peers.mjs).
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, 'out', 'bench');

const only = process.argv[process.argv.indexOf('--only') + 1] ?? '';
if (!process.argv.includes('--only') || only.split(',').includes('floods')) {
  const { status } = spawnSync(
    process.execPath,
    [
      resolve(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
      'build',
      '--logLevel',
      'error',
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error('the product does not build');
}

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: resolve(root, 'test', 'bench', 'main.ts'),
    target: 'node20.18',
    outDir,
    emptyOutDir: true,
    rolldownOptions: { output: { entryFileNames: 'bench.mjs' } },
  },
});
const { status } = spawnSync(
  process.execPath,
  ['--expose-gc', resolve(outDir, 'bench.mjs'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
rmSync(outDir, { recursive: true, force: true });
process.exitCode = status ?? 1;
