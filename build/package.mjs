#!/usr/bin/env node
/*
 * `npm run package`: builds the program and makes all packages of the system it runs on: on Linux AppImage, .deb, .rpm and
 * .tar.gz, on macOS .dmg and .zip, on Windows the installer and the portable program. electron-builder downloads Electron and
 * its own helpers; `npm run package:linux` makes .deb, .rpm and .tar.gz without them.
 *
 * Arguments go to electron-builder, which then makes only what they name: `npm run package -- --dir`.
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

const named = process.argv.slice(2);
if (findRepository() === undefined) {
  process.stderr.write(
    'No GitHub repository is known (variable GITHUB_REPOSITORY or the remote origin): the packages will not look for ' +
      'updates.\n',
  );
}
run(bin('electron-vite', 'bin', 'electron-vite.js'), ['build']);
run(bin('electron-builder', 'cli.js'), [
  ...['--config', join('build', 'electron-builder.config.mjs')],
  ...['--publish', 'never', ...named],
]);
if (process.platform === 'linux' && named.length === 0) run(join(root, 'build', 'package', 'linux.mjs'), []);
