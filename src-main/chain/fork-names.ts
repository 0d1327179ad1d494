/** Names of the forks that fork hashes stand for. */
import { forkChecksums } from './fork-id.ts';
import {
  BLOCK_FORK_NAMES,
  TIME_FORK_NAMES,
  type BlockForkName,
  type ConfiguredForks,
  type TimeForkName,
} from './forks.ts';
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
  const atGenesis =
    lastOf(namesOfTimes(configured, (time) => time <= genesisTime)) ??
    lastOf(namesOfBlocks(configured, (block) => block === 0n)) ??
    FIRST;
  const names = [
    atGenesis,
    ...forkBlocks.map((block) => lastOf(namesOfBlocks(configured, (each) => each === block))),
    ...forkTimes.map((time) => lastOf(namesOfTimes(configured, (each) => each === time))),
  ];
  const hashes = forkChecksums(genesisHash, [...forkBlocks, ...forkTimes]);
  return new Map(
    hashes.flatMap((sum, index) => {
      const name = names[index];
      return name === undefined ? [] : [[sum.toString(16).padStart(8, '0'), name] as const];
    }),
  );
}

function namesOfBlocks({ blocks }: ConfiguredForks, isWanted: (block: bigint) => boolean): string[] {
  return BLOCK_FORK_NAMES.filter((name) => {
    const block = blocks[name];
    return block !== undefined && isWanted(block);
  }).map(forkTitle);
}

function namesOfTimes({ times }: ConfiguredForks, isWanted: (time: bigint) => boolean): string[] {
  return TIME_FORK_NAMES.filter((name) => {
    const time = times[name];
    return time !== undefined && isWanted(time);
  }).map(forkTitle);
}

/** The name for people: `grayGlacierBlock` is "Gray Glacier", `bpo2Time` is "BPO2". */
function forkTitle(name: BlockForkName | TimeForkName): string {
  const special = SPECIAL[name];
  if (special !== undefined) return special;
  const words = name.replace(/(Block|Time)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter}`);
  if (words.startsWith('bpo')) return words.toUpperCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const lastOf = (names: readonly string[]): string | undefined => names.at(-1);
