/** Names of the forks with these fork hashes. */
import { forkHashes } from './fork-id.ts';
import { BLOCK_FORK_NAMES, TIME_FORK_NAMES, type BlockForkName, type TimeForkName } from './forks.ts';
import type { Network } from './networks.ts';

/** What the names are derived from. */
type NamedSchedule = Pick<Network, 'genesisHash' | 'genesisTime' | 'configured' | 'forkBlocks' | 'forkTimes'>;

/** Names that cannot be derived from the key in the configuration. */
const SPECIAL: Readonly<Partial<Record<BlockForkName | TimeForkName, string>>> = {
  daoForkBlock: 'DAO fork',
  eip150Block: 'Tangerine Whistle',
  eip155Block: 'Spurious Dragon',
  eip158Block: 'Spurious Dragon',
  mergeNetsplitBlock: 'Paris',
  ubtTime: 'UBT',
};

/** The name of a chain without forks. */
const FIRST = 'Frontier';

/**
 * Names of all fork hashes of a chain: 8 hex digits to the name of the last passed fork, `Prague`. Of several forks at the
 * same block or time it is the last.
 */
export function forkNames(schedule: NamedSchedule): ReadonlyMap<string, string> {
  const { genesisHash, genesisTime, configured, forkBlocks, forkTimes } = schedule;
  const { blocks, times } = configured;
  const names = [
    lastName(TIME_FORK_NAMES, times, (time) => time <= genesisTime) ??
      lastName(BLOCK_FORK_NAMES, blocks, (block) => block === 0n) ??
      FIRST,
    ...forkBlocks.map((block) => lastName(BLOCK_FORK_NAMES, blocks, (each) => each === block)),
    ...forkTimes.map((time) => lastName(TIME_FORK_NAMES, times, (each) => each === time)),
  ];
  return new Map(
    forkHashes(genesisHash, [...forkBlocks, ...forkTimes]).flatMap((hash, index) => {
      const name = names[index];
      return name === undefined ? [] : [[hash, name] as const];
    }),
  );
}

/** The title of the last fork whose block or time is wanted; undefined for none. */
function lastName<Name extends BlockForkName | TimeForkName>(
  forks: readonly Name[],
  configured: Readonly<Partial<Record<Name, bigint>>>,
  isWanted: (at: bigint) => boolean,
): string | undefined {
  const last = forks.findLast((name) => {
    const at = configured[name];
    return at !== undefined && isWanted(at);
  });
  return last === undefined ? undefined : forkTitle(last);
}

/** The name for people: `grayGlacierBlock` is "Gray Glacier", `bpo2Time` is "BPO2". */
function forkTitle(name: BlockForkName | TimeForkName): string {
  const special = SPECIAL[name];
  if (special !== undefined) return special;
  const words = name.replace(/(Block|Time)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter}`);
  if (words.startsWith('bpo')) return words.toUpperCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
