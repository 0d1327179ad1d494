/** Fork times that the user sets, as with go-ethereum's --override.* flags (cmd/utils/flags.go). */
import type { ForkOverride } from '../../shared/fork-override.ts';
import { EnodeckError } from '../base/errors.ts';
import { normalizeForks } from './fork-id.ts';
import { BLOCK_FORK_NAMES, forkOrderFault, TIME_FORK_NAMES } from './forks.ts';
import type { Network } from './networks.ts';

/** An override that is invalid for the network; `fork` is the name of the fork. */
export class ForkOverrideError extends EnodeckError<'bad-fork-override'> {
  readonly fork: string;

  constructor(fork: string, problem: string) {
    super('settings', 'bad-fork-override', `The fork "${fork}" ${problem}`);
    this.fork = fork;
  }
}

/**
 * Applies overrides to a network: each replaces the time of a fork or adds a fork. Forks that go-ethereum knows must be in
 * its order; a fork with another name may have any time after the genesis block.
 * @throws ForkOverrideError for a fork by block number, a fork in the wrong order, or a time that is not after the genesis
 *   block
 */
export function withForkOverrides(network: Network, overrides: readonly ForkOverride[]): Network {
  if (overrides.length === 0) return network;
  const times: Record<string, bigint> = { ...network.configured.times };
  for (const { name, time } of overrides) {
    // Names of overrides are in lower case: `grayglacier` for grayGlacierBlock.
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

/** The error for two forks in the wrong order. Its fork is the one that was overridden. */
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
