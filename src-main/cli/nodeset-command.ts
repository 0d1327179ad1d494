import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { formatQuantity } from '../../shared/format.ts';
import { OptionError } from '../app/launch-options.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { FILTER_NETWORKS, filterNodeSet } from '../crawl/filter.ts';
import { countRecordKeys, formatNodeSet, type NodeSet } from '../crawl/node-set.ts';
import { parseDuration } from './duration-text.ts';
import type { Choose } from './launch.ts';
import { readNodeSetFile } from './node-set-file.ts';

interface FilterOptions {
  readonly ip?: string;
  /** Milliseconds. */
  readonly minAge?: number;
  readonly ethNetwork?: string;
  readonly snap?: boolean;
  readonly dialable?: boolean;
  readonly limit?: number;
}

/**
 * Adds `nodeset info FILE` and `nodeset filter FILE …`, which read a crawl's nodes.json as `devp2p nodeset` does. The
 * tools throw OptionError.
 */
export function addNodesetCommands(root: Command, choose: Choose): void {
  const group = root.command('nodeset').description('read the nodes that a crawl has written');
  const file = (): Argument => new Argument('<file>', 'nodes.json');
  group
    .command('info')
    .description('print the number of nodes and the keys of their records')
    .addArgument(file())
    .action((path: string) => {
      choose({ kind: 'tool', tool: () => info(path) });
    });
  group
    .command('filter')
    .description('print the nodes that match all given filters')
    .addArgument(file())
    .addOption(new Option('--ip <network>', 'an address in this network, such as 10.0.0.0/8'))
    .addOption(new Option('--min-age <time>', 'time between first and last answer').argParser(parseDuration))
    .addOption(new Option('--eth-network <name>', 'a fork of this network').choices(FILTER_NETWORKS))
    .addOption(new Option('--snap', 'offers snap'))
    .addOption(new Option('--dialable', 'has a TCP or QUIC port'))
    .addOption(
      new Option('--limit <number>', 'at most this many nodes, highest scores first').argParser(parseLimit),
    )
    .action((path: string, options: FilterOptions) => {
      choose({ kind: 'tool', tool: () => filter(path, options) });
    });
}

async function info(file: string): Promise<string> {
  const nodes = await read(file);
  const counts = [...countRecordKeys(nodes)];
  const width = Math.max(0, ...counts.map(([key]) => key.length)) + 1;
  return [
    `Set contains ${formatQuantity(nodes.size, 'node')}.`,
    'ENR attribute counts:',
    ...counts.map(([key, count]) => `${key.padStart(width)}: ${String(count)}`),
    '',
  ].join('\n');
}

async function filter(file: string, options: FilterOptions): Promise<string> {
  const { ip, minAge, ethNetwork, snap, dialable, limit } = options;
  const wanted = {
    ip: ip ?? null,
    minAge: minAge === undefined ? null : minAge / 1_000,
    ethNetwork: ethNetwork ?? null,
    snap: snap === true,
    dialable: dialable === true,
    limit: limit ?? null,
  };
  const nodes = await read(file);
  try {
    return `${formatNodeSet(filterNodeSet(nodes, wanted))}\n`;
  } catch (cause) {
    if (!(cause instanceof EnodeckError)) throw cause;
    throw new OptionError(`${describeError(cause)}.`, { cause });
  }
}

function parseLimit(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

async function read(file: string): Promise<NodeSet> {
  const nodes = await readNodeSetFile(file);
  if (nodes === undefined) throw new OptionError(`There is no file ${file}.`);
  return nodes;
}
