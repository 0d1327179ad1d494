/** The fork of the built-in networks with a fork hash. */
import { bytesToHex } from '../base/bytes.ts';
import { forkHashes } from './fork-id.ts';
import { forkNames } from './fork-names.ts';
import { NETWORKS, PUBLIC_NETWORK_NAMES, type PublicNetworkName } from './networks.ts';

/** A fork of a built-in network. */
export interface NamedFork {
  readonly network: PublicNetworkName;
  /** The last passed fork: `Prague`; `genesis` before the first one. */
  readonly fork: string;
  /** Name of a later fork by its block number or time; undefined for one that the schedule lacks. */
  readonly nameOfNext: (next: bigint) => string | undefined;
}

let byHash: ReadonlyMap<string, NamedFork> | undefined;

/** The fork whose fork ID has this hash (4 bytes); undefined for a hash of no built-in network. */
export function namedFork(hash: Uint8Array): NamedFork | undefined {
  byHash ??= new Map(PUBLIC_NETWORK_NAMES.flatMap((name) => namedForksOf(name)));
  return byHash.get(bytesToHex(hash));
}

function namedForksOf(network: PublicNetworkName): readonly (readonly [string, NamedFork])[] {
  const schedule = NETWORKS[network];
  const forks = [...schedule.forkBlocks, ...schedule.forkTimes];
  const names = forkNames(schedule);
  const hashes = forkHashes(schedule.genesisHash, forks);
  const nameOfNext = (next: bigint): string | undefined => {
    const index = forks.indexOf(next);
    return index < 0 ? undefined : names.get(hashes[index + 1] ?? '');
  };
  return hashes.map((hash, index) => {
    // The schedules of the built-in networks omit the forks at the genesis block.
    const fork = index === 0 ? 'genesis' : (names.get(hash) ?? hash);
    return [hash, { network, fork, nameOfNext }];
  });
}
