/** Forks that the user sets by hand, as go-ethereum's --override.* flags do (cmd/utils/flags.go). */
import type { ForkOverride } from '../../shared/fork-override.ts';
import { EnodeckError } from '../base/errors.ts';
import { normalizeForks } from './fork-id.ts';
import { BLOCK_FORK_NAMES, forkOrderFault, TIME_FORK_NAMES } from './forks.ts';
import type { Network } from './networks.ts';

/** An override that does not fit the network's schedule; `fork` is the name that it was given. */
export class ForkOverrideError extends EnodeckError<'bad-fork-override'> {
  readonly fork: string;

  constructor(fork: string, problem: string) {
    super('settings', 'bad-fork-override', `The fork "${fork}" ${problem}`);
    this.fork = fork;
  }
}

/**
 * The network with these fork times in the place of, or besides, its own. A name that go-ethereum knows keeps its place in
 * the order of forks; any other name is a fork of its own at its time.
 * @throws ForkOverrideError naming the fork: one that is set by block, comes before a fork that must precede it or after
 *   one that it must precede, or is not later than the genesis block
 */
export function withForkOverrides(network: Network, overrides: readonly ForkOverride[]): Network {
  if (overrides.length === 0) return network;
  const times: Record<string, bigint> = { ...network.configured.times };
  for (const { name, time } of overrides) {
    // Names of overrides are in lower case, `grayglacier` for grayGlacierBlock.
    if (BLOCK_FORK_NAMES.some((known) => known.toLowerCase() === `${name}block`)) {
      throw new ForkOverrideError(name, 'is set by block number: only forks by time can be overridden');
    }
    if (time <= network.genesisTime) {
      const genesis = `the genesis block of ${network.name} (${String(network.genesisTime)})`;
      throw new ForkOverrideError(name, `must be later than ${genesis}, not at ${String(time)}`);
    }
    times[`${name}Time`] = time;
  }
  const fault = forkOrderFault(TIME_FORK_NAMES, times);
  if (fault !== undefined) throw orderError(overrides, fault);
  return {
    ...network,
    configured: { ...network.configured, times },
    forkTimes: normalizeForks(Object.values(times), network.genesisTime),
  };
}

/** Of two forks in the wrong order, the one that was set by hand is named. */
function orderError(
  overrides: readonly ForkOverride[],
  { name, value, previous }: NonNullable<ReturnType<typeof forkOrderFault<string>>>,
): ForkOverrideError {
  const [later, earlier] = [short(name), short(previous.name)];
  return overrides.some((override) => override.name === later)
    ? new ForkOverrideError(
        later,
        `at ${String(value)} comes before ${earlier}, which is at ${String(previous.value)}`,
      )
    : new ForkOverrideError(
        earlier,
        `at ${String(previous.value)} comes after ${later}, which is at ${String(value)}`,
      );
}

const short = (configName: string): string => configName.replace(/Time$/, '');
