#!/usr/bin/env node
/*
 * `npm run bench`: ours and the peers at the same work in the same run. The code is compiled as the product's is, then
 * run by plain Node.
 *
 *   --json FILE     writes [{ name, unit, better, ours, peers }]
 *   --seconds N     time for each figure in each round
 *   --only PARTS    primitives, discv5, scale, batching, idle: one or several, with commas
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, 'out', 'bench');

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
