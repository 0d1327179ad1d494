import { eventually } from './eventually.ts';
import { Geth, TESTCHAIN } from './geth.ts';
import { Headless } from './headless.ts';
import type { SuiteChain } from './suite-chain.ts';

/** Where a node of ours has its chain from: a client at this address, or an archive with the blocks of these files. */
export type ServedSource = { readonly client: string } | { readonly files: readonly string[] };

/** A geth with all blocks of a chain: the execution client of a node of ours, or what a node of ours is compared with. */
export function startClient({ genesisFile, blocksFile }: SuiteChain): Promise<Geth> {
  return Geth.start({ version: 'geth72', genesisFile, chain: blocksFile, quiet: true });
}

/**
 * Our node as a separate process, once it serves the whole chain; needs `npm run build`.
 * @param more further flags
 * @throws Error when its head is not that of the chain in time
 */
export async function startServingNode(
  chain: SuiteChain,
  source: ServedSource,
  more: readonly string[] = [],
): Promise<Headless> {
  const flags = [
    ...['--genesis', chain.genesisFile, '--networkid', TESTCHAIN.networkId],
    ...['--bootnodes', '', '--nodiscover', ...sourceFlags(source), ...more],
  ];
  const node = await Headless.start({ flags });
  try {
    await eventually('the node serves the whole chain', async () => {
      const { range } = await node.snapshot('chain', {});
      return range.latest === String(TESTCHAIN.headBlock) ? range : undefined;
    });
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }
}

function sourceFlags(source: ServedSource): readonly string[] {
  if ('client' in source) return ['--sentry', source.client];
  return source.files.flatMap((file) => ['--chain.import', file]);
}
