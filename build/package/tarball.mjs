import { join } from 'node:path';
import { APPLICATION } from './file-tree.mjs';
import { run } from './run-tool.mjs';

/*
 * The .tar.gz: one folder that runs from where it is unpacked, with the files for the system in its folder share.
 */

/** @returns {string} the file */
export function makeTarball({ tree, output, version, compression }) {
  const name = `enodeck-${version}-linux-${process.arch}`;
  const file = join(output, `${name}.tar.gz`);
  run('tar', [
    ...['--create', `--use-compress-program=gzip -${compression.gzip}`, '--file', file, '--directory', tree],
    ...['--owner=0', '--group=0', '--numeric-owner', '--sort=name'],
    `--transform=s,^${APPLICATION},${name},`,
    `--transform=s,^usr/(share|lib/systemd),${name}/share/\\1,x`,
    `--transform=s,share/share,share,;s,share/lib/,share/,`,
    ...[APPLICATION, 'usr/share', 'usr/lib/systemd'],
  ]);
  return file;
}
