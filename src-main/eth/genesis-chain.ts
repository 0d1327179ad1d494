import { equalBytes } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { createForkFilter, forkIdAt } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import type { AnswerLimits, ChainSource } from './chain-source.ts';
import { decodeHeader } from './headers.ts';
import type { BlockBody, StartBlock } from './messages.ts';

/**
 * The source of a node without a chain: the genesis block alone. It announces the block range 0 to 0 and the fork that
 * the network has reached by the wall clock, so that synced nodes accept its fork ID.
 */
export function createGenesisChain(network: Network, clock: Clock): ChainSource {
  const header = decodeHeader(network.genesisHeaderRlp);
  const isGenesis = (hash: Uint8Array): boolean => equalBytes(hash, network.genesisHash);
  const startsThere = (start: StartBlock): boolean =>
    'hash' in start ? isGenesis(start.hash) : start.number === 0n;
  const position = (): ReturnType<typeof wallClockPosition> => wallClockPosition(network, clock.now());
  const withdrawals = header.withdrawalsRoot === undefined ? undefined : [];
  const body: BlockBody = { transactions: [], ommers: [], withdrawals };
  /** The hashes up to the first that is not of the genesis block. */
  const known = (hashes: readonly Uint8Array[], { items }: AnswerLimits): readonly Uint8Array[] => {
    const firstOther = hashes.findIndex((hash) => !isGenesis(hash));
    return hashes.slice(0, Math.min(firstOther === -1 ? hashes.length : firstOther, items));
  };
  return {
    networkId: network.networkId,
    genesisHash: network.genesisHash,
    forkId: () => forkIdAt(network, position().number, position().time),
    forkFilter: createForkFilter(network, position),
    range: () => ({ earliest: 0n, latest: 0n, latestHash: network.genesisHash }),
    totalDifficulty: () => header.difficulty,
    headers: ({ start, limit }) =>
      Promise.resolve(startsThere(start) && limit > 0n ? [network.genesisHeaderRlp] : []),
    bodies: (hashes, limits) => Promise.resolve(known(hashes, limits).map(() => body)),
    receipts: (hashes, limits) => Promise.resolve(known(hashes, limits).map(() => [])),
    accessLists: (hashes) => Promise.resolve(hashes.map(() => undefined)),
  };
}
