import { join } from 'node:path';
import { runHeadless } from './cli/headless-program.ts';
import { nodeSignals } from './cli/hangup.ts';

/*
 * The node without a window, under plain Node: the same page and API over HTTP. The other commands (`enodeck --help`
 * lists them) start no node.
 */

/** The folder of the page is a sibling of this file's folder: out/main and out/renderer. */
const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');

void runHeadless({
  args: process.argv.slice(2),
  environment: process.env,
  pageFolder: PAGE_FOLDER,
  ...nodeSignals(),
}).then((code) => {
  process.exitCode = code;
});
