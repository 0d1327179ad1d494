#!/usr/bin/env node
/*
 * `npm run bench`: measures our code and that of other implementations with the same work in the same run. The code is
 * compiled as for the product and runs in plain Node.
 *
 *   --json FILE     writes [{ name, unit, better, ours, peers, budget, limit }]; the last two are goals
 *   --seconds N     time for each figure in each round
 *   --only PARTS    one or several of primitives, electron, threads, discv5, lookups, scale, batching, recorder, codecs, idle,
 *                   floods, serving, desktop, frames, sessions, separated by commas
 *   --profile DIR   writes a processor profile of our code to DIR, which Chrome's developer tools open
 *   --budget        ends with the goals that are missed, and with exit code 1 if one is missed by more than 10% or could not
 *                   be measured; for a quiet machine
 *
 * The floods and the requests of the serving part are sent to the product, which is built into out/ first, and to geth
 * (build/real-peers.mjs). The parts desktop, frames and sessions start the product in real Electron, where Electron is
 * installed and there is a display or xvfb-run. The part electron runs in it without a window.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import { readOptions } from './command-options.mjs';
import { findElectron, probeElectron } from './electron-runtime.mjs';
import { buildProduct, displayWrapper } from './test-parts.mjs';

const root = resolve(import.meta.dirname, '..');
const outDir = resolve(root, 'out', 'bench');

// main.ts checks their values.
const values = readOptions({
  json: { type: 'string', value: 'FILE' },
  seconds: { type: 'string', value: 'N' },
  only: { type: 'string', value: 'PARTS' },
  profile: { type: 'string', value: 'DIR' },
  budget: { type: 'boolean' },
});
const has = (part) => values.only === undefined || values.only.split(',').includes(part);
const OF_WINDOW = ['desktop', 'frames', 'sessions'];
if (['floods', 'serving', ...OF_WINDOW].some(has)) {
  const failure = buildProduct();
  if (failure !== undefined) throw new Error(failure);
}

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node20.18',
    outDir,
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        bench: resolve(root, 'test', 'bench', 'main.ts'),
        'link-rates': resolve(root, 'test', 'bench', 'electron', 'link-rates.ts'),
        'recovery-worker': resolve(root, 'src-main', 'recovery-worker.ts'),
      },
      output: { entryFileNames: '[name].js' },
    },
  },
});
/** What starts the bench so that Electron has a display; and the Electron to start, if there are both. */
async function desktopParts() {
  const wrap = ['electron', ...OF_WINDOW].some(has) ? displayWrapper() : undefined;
  const electron = wrap === undefined ? {} : await findElectron({ download: false });
  const fails = !('executable' in electron) || (await probeElectron(electron.executable)) !== undefined;
  return fails ? { wrap: [], env: {} } : { wrap, env: { ENODECK_ELECTRON: electron.executable } };
}

function profileFlags() {
  const { profile } = values;
  return profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
}

const { wrap, env } = await desktopParts();
const command = [
  ...wrap,
  process.execPath,
  '--expose-gc',
  ...profileFlags(),
  resolve(outDir, 'bench.js'),
  ...process.argv.slice(2),
];
const { status } = spawnSync(command[0], command.slice(1), {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...env },
});
rmSync(outDir, { recursive: true, force: true });
process.exitCode = status ?? 1;
