import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { realPeerVersion } from './real-peers.ts';

/** A folder with the files of a chain as go-ethereum's eth suite reads them. */
export interface SuiteChain {
  readonly folder: string;
  readonly genesisFile: string;
  /** The blocks after the genesis block, as geth exports them. */
  readonly blocksFile: string;
}

/** The chain in a folder. */
export const chainIn = (folder: string): SuiteChain => ({
  folder,
  genesisFile: join(folder, 'genesis.json'),
  blocksFile: join(folder, 'chain.rlp'),
});

/** The chain of test/vectors/testchain, whose last fork is Prague. */
export const PRAGUE_CHAIN = chainIn(resolve(import.meta.dirname, '../vectors/testchain'));

/**
 * The chain of the installed suite, whose last fork is Amsterdam: its blocks have access lists. Its files are part of
 * go-ethereum's repository and not of ours, so they are read where Go keeps the module that devp2p was built from.
 * @throws Error when Go has neither the module nor a way to get it
 */
export function amsterdamChain(): SuiteChain {
  const module = `github.com/ethereum/go-ethereum@${realPeerVersion('devp2p')}`;
  const { stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  const { Dir } = JSON.parse(stdout || '{}') as { readonly Dir?: string };
  if (Dir === undefined) throw new Error(`Go does not have ${module}: ${stderr || stdout}`);
  return chainIn(join(Dir, 'cmd/devp2p/internal/ethtest/testdata'));
}
