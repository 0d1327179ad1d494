import { equalBytes } from '../base/bytes.ts';
import type { Clock } from '../base/runtime.ts';
import { createForkFilter, forkIdAt } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import type { Network } from '../chain/networks.ts';
import type { ChainHeader, ChainView } from './chain-view.ts';
import { decodeHeader } from './headers.ts';

/** Number of header fields after the nonce from which block bodies have withdrawals: base fee and withdrawals root. */
const SHANGHAI_FIELDS = 2;

/**
 * Chain of a node that does not sync: the genesis block alone. It announces the block range 0 to 0 and the fork that
 * the network has reached by the wall clock, so that synced nodes accept its fork ID.
 */
export function createGenesisChain(network: Network, clock: Clock): ChainView {
  const header = decodeHeader(network.genesisHeaderRlp);
  const genesis: ChainHeader = { number: 0n, hash: network.genesisHash, encoded: network.genesisHeaderRlp };
  const isGenesis = (hash: Uint8Array): boolean => equalBytes(hash, network.genesisHash);
  const position = (): ReturnType<typeof wallClockPosition> => wallClockPosition(network, clock.now());
  const withdrawals = header.laterFields >= SHANGHAI_FIELDS ? [] : undefined;
  return {
    networkId: network.networkId,
    genesisHash: network.genesisHash,
    forkId: () => forkIdAt(network, position().number, position().time),
    forkFilter: createForkFilter(network, position),
    range: () => ({ earliest: 0n, latest: 0n, latestHash: network.genesisHash }),
    totalDifficulty: () => header.difficulty,
    headerByNumber: (number) => (number === 0n ? genesis : undefined),
    headerByHash: (hash) => (isGenesis(hash) ? genesis : undefined),
    body: (hash) => (isGenesis(hash) ? { transactions: [], ommers: [], withdrawals } : undefined),
    receipts: (hash) => (isGenesis(hash) ? [] : undefined),
    pooledTransaction: () => undefined,
  };
}
