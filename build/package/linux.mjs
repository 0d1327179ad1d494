#!/usr/bin/env node
/*
 * `npm run package:linux`: the .deb, the .rpm and the .tar.gz of the built product (npm run build), in dist/. From the
 * Electron that the launcher uses; electron-builder downloads nothing.
 *
 *   --only=deb,rpm,tar.gz   makes these only; a missing tool is then an error
 *   --fast                  compresses less, for tests
 */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { MAINTAINER } from '../electron-builder.config.mjs';
import { readOptions } from '../command-options.mjs';
import { onPath } from '../find-program.mjs';
import { makeDeb } from './deb.mjs';
import { makeTree } from './file-tree.mjs';
import { makeRpm } from './rpm.mjs';
import { inMegabytes } from './sizes.mjs';
import { makeTarball } from './tarball.mjs';
import { electronToPack, makeUnpacked } from './unpacked.mjs';
import { packageVersion } from './version.mjs';

/** Maximum size of the .deb, bytes. */
const MAX_DEB = 105e6;

const FORMATS = {
  deb: { make: makeDeb, tool: 'dpkg-deb', limit: MAX_DEB },
  rpm: { make: makeRpm, tool: 'rpmbuild' },
  'tar.gz': { make: makeTarball, tool: 'tar' },
};

const root = resolve(import.meta.dirname, '../..');
const output = join(root, 'dist');

/** Levels of xz and gzip. */
const BEST = 6;
const FASTEST = { xz: 0, gzip: 1 };

function readArguments() {
  const values = readOptions({
    only: { type: 'string', value: 'FORMATS' },
    fast: { type: 'boolean', default: false },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !(name in FORMATS));
  if (unknown !== undefined)
    throw new Error(`--only has no "${unknown}": use ${Object.keys(FORMATS).join(', ')}.`);
  const compression = values.fast ? FASTEST : { xz: BEST, gzip: BEST };
  return { names: only ?? Object.keys(FORMATS), required: only !== undefined, compression };
}

function makePackages({ names, required, compression }, facts) {
  for (const name of names) {
    const { make, tool, limit } = FORMATS[name];
    if (onPath(tool) === undefined) {
      if (required) throw new Error(`No ${name}: ${tool} is not installed.`);
      console.warn(`No ${name}: ${tool} is not installed.`);
      continue;
    }
    const file = make({ ...facts, compression });
    const { size } = statSync(file);
    console.log(`dist/${basename(file)}: ${inMegabytes(size)}`);
    if (limit !== undefined && size > limit) {
      throw new Error(`${basename(file)} is larger than ${inMegabytes(limit)}.`);
    }
  }
}

async function main() {
  if (process.platform !== 'linux') throw new Error('package:linux needs Linux.');
  const formats = readArguments();
  process.umask(0o022);
  const electron = await electronToPack(root);
  if (!electron.release) {
    console.warn(
      `NOT FOR RELEASE: packed with Electron ${electron.version}, which is not the pinned one and may get no security fixes.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const work = join(output, 'linux');
  const tree = join(work, 'tree');
  makeTree({ root, unpacked: await makeUnpacked({ root, output: work, electron }), tree });
  makePackages(formats, {
    root,
    tree,
    output,
    version: packageVersion(version, electron),
    maintainer: MAINTAINER,
  });
  rmSync(work, { recursive: true, force: true });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
