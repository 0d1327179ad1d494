#!/usr/bin/env node
/*
 * `npm run sbom`: writes dist/enodeck-VERSION-sbom.cdx.json, a software bill of materials in the format CycloneDX. It has what
 * a package contains: the run-time dependencies, the packages that the build bundles, and Electron.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packedPackages } from './package/notices.mjs';

const root = join(import.meta.dirname, '..');

/** npm's bill of materials of the run-time dependencies, from the lock file. */
function npmSbom() {
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const command = [...first, 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev'];
  return JSON.parse(execFileSync(program, command, { cwd: root, encoding: 'utf8', maxBuffer: 67_108_864 }));
}

/** A component of a package that is a development dependency to npm, because the build bundles it. */
function componentOf({ id, name, licence }, lock) {
  const version = id.slice(name.length + 1);
  const entry = Object.entries(lock.packages).find(
    ([path, facts]) => path.endsWith(`node_modules/${name}`) && facts.version === version,
  )?.[1];
  if (entry === undefined) throw new Error(`The lock file has no ${id}.`);
  const [algorithm, hash] = entry.integrity.split(/-(.*)/s);
  return {
    'bom-ref': id,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    hashes: [
      {
        alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
        content: Buffer.from(hash, 'base64').toString('hex'),
      },
    ],
    licenses: [{ expression: licence }],
  };
}

/**
 * Completes npm's bill with what else is packed.
 * @param {{ id: string, name: string, licence: string }[]} packed all packed packages, such as `zod@4.6.7`
 * @param {{ packages: object }} lock the lock file
 * @param {{ name: string, version: string }} own name and version of the program; npm takes the name of the folder
 * @throws Error when the lock file lacks a packed package
 */
export function completeBill(bill, packed, lock, own) {
  const known = new Set(bill.components.map((component) => component['bom-ref']));
  const added = packed.filter(({ id }) => !known.has(id)).map((facts) => componentOf(facts, lock));
  return {
    ...bill,
    metadata: { ...bill.metadata, component: { ...bill.metadata.component, ...own, type: 'application' } },
    components: [...bill.components, ...added],
  };
}

async function main() {
  const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { name, version, devDependencies } = read('package.json');
  const electron = { id: `electron@${devDependencies.electron}`, name: 'electron', licence: 'MIT' };
  const packed = [electron, ...(await packedPackages(root))];
  const bill = completeBill(npmSbom(), packed, read('package-lock.json'), { name, version });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const file = join('dist', `${name}-${version}-sbom.cdx.json`);
  writeFileSync(join(root, file), `${JSON.stringify(bill, undefined, 2)}\n`);
  process.stdout.write(`${file}: ${bill.components.length} components\n`);
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
