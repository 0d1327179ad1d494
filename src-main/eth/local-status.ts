import { equalBytes } from '../base/bytes.ts';
import type { ChainStatus } from './chain-source.ts';
import type { Status } from './status.ts';
import { ETH_VERSIONS, type EthVersion } from './versions.ts';

/** Our Status for a chain, in the form of `version`. */
export function localStatus(version: EthVersion, chain: ChainStatus): Status {
  const { networkId, genesisHash } = chain;
  const common = { version, networkId, genesisHash, forkId: chain.forkId() };
  const range = chain.range();
  if (ETH_VERSIONS[version].status === 'block-range') return { ...common, form: 'block-range', range };
  const totalDifficulty = chain.totalDifficulty();
  return { ...common, form: 'total-difficulty', totalDifficulty, headHash: range.latestHash };
}

/** Whether two Status messages name the same network and genesis block. */
export const isOfSameChain = (one: Status, other: Status): boolean =>
  one.networkId === other.networkId && equalBytes(one.genesisHash, other.genesisHash);
