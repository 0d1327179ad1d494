/** The forks of a chain configuration, in their required order. */

/** Forks by block number (geth params/config.go CheckConfigForkOrder). An optional fork may be missing before later ones. */
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

/** The name of a fork by block in go-ethereum's configuration: `londonBlock`. */
export type BlockForkName = keyof typeof BLOCK_FORKS;

/** The name of a fork by time in go-ethereum's configuration: `pragueTime`. */
export type TimeForkName = keyof typeof TIME_FORKS;

/** The names of all forks by block, in order. */
export const BLOCK_FORK_NAMES = Object.keys(BLOCK_FORKS) as readonly BlockForkName[];

/** The names of all forks by time, in order. */
export const TIME_FORK_NAMES = Object.keys(TIME_FORKS) as readonly TimeForkName[];

/** Block numbers and times of forks by name. Forks at the genesis block may be missing. */
export interface ConfiguredForks {
  readonly blocks: Readonly<Partial<Record<BlockForkName, bigint>>>;
  /** Seconds since 1970. Overrides may add names that are not in TIME_FORKS. */
  readonly times: Readonly<Record<string, bigint>>;
}

/** Two forks in the wrong order: `name` must not be before `previous`. */
export interface ForkOrderFault<Name extends string> {
  readonly name: Name;
  readonly value: bigint;
  readonly previous: { readonly name: Name; readonly value: bigint };
}

/** The first fork that is before one that must precede it; undefined when the order is correct. */
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
