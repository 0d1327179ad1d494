import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runnerImport } from 'vite';

/*
 * Pictures of every view in every state: node test/support/window-preview/pictures.mjs [folder] [part of a name …]
 */

const { module } = await runnerImport(join(import.meta.dirname, 'picture-list.ts'));
const { module: camera } = await runnerImport(join(import.meta.dirname, 'take-pictures.ts'));
const [folder = join(tmpdir(), 'enodeck-pictures'), ...parts] = process.argv.slice(2);
const wanted = module.PICTURES.filter(
  ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
);
const complaints = await camera.takePictures(wanted, folder, join(tmpdir(), 'enodeck-preview'));
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stdout.write(`${wanted.length} pictures in ${folder}, ${complaints.length} complaints\n`);
process.exit(complaints.length > 0 ? 1 : 0);
