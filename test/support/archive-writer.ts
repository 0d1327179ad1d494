/** Imports a file into an archive and prints `written N` after each batch; a test kills it. Arguments: folder and file. */
import { ArchiveStore } from '../../src-main/archive/archive-store.ts';
import { NETWORKS } from '../../src-main/chain/networks.ts';
import { importPath } from './block-files.ts';

const [folder = '', file = ''] = process.argv.slice(2);
const store = await ArchiveStore.open(folder);
store.onChange(() => process.stdout.write(`written ${String(store.state?.latest)}\n`));
await importPath(file, store, NETWORKS.mainnet);
await store.close();
process.stdout.write('done\n');
