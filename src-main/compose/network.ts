import { readFile } from 'node:fs/promises';
import { GenesisError } from '../chain/genesis-fields.ts';
import { networkFromGenesis } from '../chain/genesis-file.ts';
import { NETWORKS, type Network } from '../chain/networks.ts';
import { DEMO_NETWORK } from '../demo/network.ts';
import { describeError } from '../leaf/errors.ts';
import { OptionError } from '../options.ts';
import type { NodeSettings } from '../../shared/settings-table.ts';

/**
 * The network of this run.
 * @throws OptionError when the genesis file cannot be used, naming the file and the field
 */
export async function composeNetwork(
  demo: boolean,
  { network: name, genesis, networkId }: Pick<NodeSettings, 'network' | 'genesis' | 'networkId'>,
): Promise<Network> {
  if (demo) return DEMO_NETWORK;
  const network = genesis === null ? NETWORKS[name] : await fromFile(genesis);
  return networkId === null ? network : { ...network, networkId: BigInt(networkId) };
}

async function fromFile(file: string): Promise<Network> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new OptionError(`The genesis file ${file} cannot be read (${describeError(cause)}).`, { cause });
  }
  try {
    return await networkFromGenesis(text);
  } catch (cause) {
    if (!(cause instanceof GenesisError)) throw cause;
    throw new OptionError(`The genesis file ${file} cannot be used: ${cause.message}.`, { cause });
  }
}
