#!/usr/bin/env node
/*
 * `npm run bench`: measures our code and that of other implementations with the same work in the same run. The code is
 * compiled as for the product and runs in plain Node.
 *
 *   --json FILE     writes [{ name, unit, better, ours, peers }]
 *   --seconds N     time for each figure in each round
 *   --only PARTS    one or several of primitives, discv5, scale, batching, recorder, codecs, idle, floods, separated by commas
 *
 * The floods are sent to the product, which is built into out/ first, and to geth (build/real-peers.mjs).
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
