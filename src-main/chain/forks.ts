/** The forks that a chain configuration may name, in the order in which they must come. */

/** Forks by block number (geth params/config.go CheckConfigForkOrder). Later forks may be set without an optional one. */
export const BLOCK_FORKS = {
  homesteadBlock: 'mandatory',
  daoForkBlock: 'optional',
  eip150Block: 'mandatory',
  eip155Block: 'mandatory',
  eip158Block: 'mandatory',
  byzantiumBlock: 'mandatory',
  constantinopleBlock: 'mandatory',
  petersburgBlock: 'optional',
  istanbulBlock: 'mandatory',
  muirGlacierBlock: 'optional',
  berlinBlock: 'mandatory',
  londonBlock: 'mandatory',
  arrowGlacierBlock: 'optional',
  grayGlacierBlock: 'optional',
  mergeNetsplitBlock: 'optional',
} as const satisfies Readonly<Record<string, 'mandatory' | 'optional'>>;

/** Forks by time, seconds since 1970 (geth params/config.go CheckConfigForkOrder). */
export const TIME_FORKS = {
  shanghaiTime: 'mandatory',
  cancunTime: 'optional',
  pragueTime: 'optional',
  osakaTime: 'optional',
  ubtTime: 'optional',
  bpo1Time: 'optional',
  bpo2Time: 'optional',
  bpo3Time: 'optional',
  bpo4Time: 'optional',
  bpo5Time: 'optional',
  amsterdamTime: 'optional',
  bogotaTime: 'optional',
} as const satisfies Readonly<Record<string, 'mandatory' | 'optional'>>;

/** A fork by block, as go-ethereum's configuration names it: `londonBlock`. */
export type BlockForkName = keyof typeof BLOCK_FORKS;

/** A fork by time, as go-ethereum's configuration names it: `pragueTime`. */
export type TimeForkName = keyof typeof TIME_FORKS;

/** Every fork by block, in order. */
export const BLOCK_FORK_NAMES = Object.keys(BLOCK_FORKS) as readonly BlockForkName[];

/** Every fork by time, in order. */
export const TIME_FORK_NAMES = Object.keys(TIME_FORKS) as readonly TimeForkName[];

/** Block numbers and times of the forks that a configuration sets; those at the genesis block may be left out. */
export interface ConfiguredForks {
  readonly blocks: Readonly<Partial<Record<BlockForkName, bigint>>>;
  /** Also forks of names that are not in TIME_FORKS, which the user has set. */
  readonly times: Readonly<Record<string, bigint>>;
}

/** Two forks of which the later one by name is the earlier one by number or time. */
export interface ForkOrderFault<Name extends string> {
  readonly name: Name;
  readonly value: bigint;
  readonly previous: { readonly name: Name; readonly value: bigint };
}

/** The first fork that comes before one that must precede it; undefined where the order is right. */
export function forkOrderFault<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<string, bigint | undefined>>,
): ForkOrderFault<Name> | undefined {
  let previous: ForkOrderFault<Name>['previous'] | undefined;
  for (const name of names) {
    const value = values[name];
    if (value === undefined) continue;
    if (previous !== undefined && value < previous.value) return { name, value, previous };
    previous = { name, value };
  }
  return undefined;
}
