#!/usr/bin/env node
/*
 * `npm run package`: builds the program and packs it with electron-builder for the system it runs on. Arguments go to
 * electron-builder, for example `npm run package -- --linux AppImage` or `--dir` for a folder without an installer.
 * electron-builder downloads Electron and its own helpers; `npm run package:linux` works without a download.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findRepository } from './electron-builder.config.mjs';

const root = join(import.meta.dirname, '..');
const bin = (...path) => join(root, 'node_modules', ...path);

/** Runs a script of a package and ends with its exit code unless it succeeds. */
function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (findRepository() === undefined) {
  process.stderr.write(
    'No GitHub repository is known (variable GITHUB_REPOSITORY or the remote origin): the packages will not look for ' +
      'updates, and electron-builder makes no deb and rpm without a home page.\n',
  );
}
run(bin('electron-vite', 'bin', 'electron-vite.js'), ['build']);
run(bin('electron-builder', 'cli.js'), [
  '--config',
  join('build', 'electron-builder.config.mjs'),
  '--publish',
  'never',
  ...process.argv.slice(2),
]);
