import { GenesisError } from '../chain/genesis-fields.ts';
import { ForkOverrideError, withForkOverrides } from '../chain/fork-overrides.ts';
import { MAX_GENESIS_BYTES, networkFromGenesis } from '../chain/genesis-file.ts';
import { NETWORKS, type Network } from '../chain/networks.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';
import { OptionError } from './launch-options.ts';
import { parseForkOverride } from '../../shared/fork-override.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';

/**
 * The network that the settings select: a public one or that of a genesis file, with the user's network ID and fork times.
 * @throws OptionError when the genesis file cannot be used, naming the file and the field, or when a fork time does not
 *   fit the network
 */
export async function loadNetwork(
  settings: Pick<NodeSettings, 'network' | 'genesis' | 'networkId' | 'forkOverrides'>,
): Promise<Network> {
  const { network: name, genesis, networkId, forkOverrides } = settings;
  const network = overridden(genesis === null ? NETWORKS[name] : await fromFile(genesis), forkOverrides);
  return networkId === null ? network : { ...network, networkId: BigInt(networkId) };
}

function overridden(network: Network, texts: NodeSettings['forkOverrides']): Network {
  try {
    return withForkOverrides(network, texts.map(parseForkOverride));
  } catch (cause) {
    if (!(cause instanceof ForkOverrideError)) throw cause;
    throw new OptionError(`The setting “Fork times” cannot be used: ${cause.message}.`, { cause });
  }
}

async function fromFile(file: string): Promise<Network> {
  let content: Uint8Array;
  try {
    content = (await readRegularFile(file, MAX_GENESIS_BYTES)).bytes;
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new OptionError(`The genesis file ${file} ${cause.message}.`, { cause });
  }
  try {
    return await networkFromGenesis(content);
  } catch (cause) {
    if (!(cause instanceof GenesisError)) throw cause;
    throw new OptionError(`The genesis file ${file} cannot be used: ${cause.message}.`, { cause });
  }
}
