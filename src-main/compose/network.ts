import { readFile } from 'node:fs/promises';
import { GenesisError } from '../chain/genesis-fields.ts';
import { networkFromGenesis } from '../chain/genesis-file.ts';
import { NETWORKS, type Network } from '../chain/networks.ts';
import { DEMO_NETWORK } from '../demo/network.ts';
import { describeError } from '../leaf/errors.ts';
import { OptionError, type LaunchOptions } from '../options.ts';

/**
 * The network of this run.
 * @throws OptionError when the genesis file cannot be used, naming the file and the field
 */
export async function composeNetwork(
  options: Pick<LaunchOptions, 'network' | 'networkId'>,
): Promise<Network> {
  const network = await networkOf(options.network);
  return options.networkId === undefined ? network : { ...network, networkId: options.networkId };
}

async function networkOf(option: LaunchOptions['network']): Promise<Network> {
  switch (option.kind) {
    case 'public':
      return NETWORKS[option.name];
    case 'demo':
      return DEMO_NETWORK;
    case 'genesis':
      return await fromFile(option.file);
  }
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
