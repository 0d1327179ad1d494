import { Argument, Command, CommanderError, Option } from 'commander';
import { FILTER_NETWORKS, filterNodeSet } from '../crawl/filter.ts';
import { countRecordKeys, formatNodeSet, type NodeSet } from '../crawl/node-set.ts';
import { parseDuration } from './duration-text.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { readNodeSetFile } from './node-set-file.ts';
import { OptionError } from '../app/launch-options.ts';

const USAGE = 'Say what to do: nodeset info FILE, or nodeset filter FILE with what the nodes must have.';

/** Filters as the devp2p tool writes them, with one dash. */
const SINGLE_DASH = /^-(?=(ip|min-age|eth-network|snap|dialable|limit)$)/;

interface FilterOptions {
  readonly ip?: string;
  readonly minAge?: string;
  readonly ethNetwork?: string;
  readonly snap?: boolean;
  readonly dialable?: boolean;
  readonly limit?: string;
}

/**
 * `enodeck nodeset info FILE` and `enodeck nodeset filter FILE …`: looks at what a crawl has written, as `devp2p nodeset`
 * does. Starts no node.
 * @param args behind `nodeset`
 * @returns what to print
 * @throws OptionError
 */
export async function runNodeset(args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  let task: Promise<string> | undefined;
  const command = new Command('enodeck nodeset')
    .description('Looks at the nodes that a crawl has written.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => undefined });
  const add = (name: string, description: string): Command =>
    command
      .command(name)
      .copyInheritedSettings(command)
      .description(description)
      .addArgument(new Argument('<file>', 'nodes.json'));
  add('info', 'tells how many nodes there are, and what their records say').action((file: string) => {
    task = info(file);
  });
  add('filter', 'prints those of the nodes that have all that is asked for')
    .addOption(new Option('--ip <network>', 'an address in this network, such as 10.0.0.0/8'))
    .addOption(new Option('--min-age <time>', 'answered over at least this time, such as 24h'))
    .addOption(new Option('--eth-network <name>', 'a fork of this network').choices(FILTER_NETWORKS))
    .addOption(new Option('--snap', 'offers snap'))
    .addOption(new Option('--dialable', 'has a port for sessions'))
    .addOption(new Option('--limit <number>', 'at most so many, those of the highest score'))
    .action((file: string, options: FilterOptions) => {
      task = filter(file, options);
    });
  try {
    command.parse(
      args.map((arg) => arg.replace(SINGLE_DASH, '--')),
      { from: 'user' },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed.join('');
    const reason = error.code === 'commander.help' ? USAGE : error.message.replace(/^error: /, '');
    throw new OptionError(reason, { cause: error });
  }
  return task === undefined ? printed.join('') : await task;
}

async function info(file: string): Promise<string> {
  const nodes = await read(file);
  const counts = [...countRecordKeys(nodes)];
  const width = Math.max(0, ...counts.map(([key]) => key.length)) + 1;
  return [
    `Set contains ${String(nodes.size)} nodes.`,
    'ENR attribute counts:',
    ...counts.map(([key, count]) => `${key.padStart(width)}: ${String(count)}`),
    '',
  ].join('\n');
}

async function filter(file: string, options: FilterOptions): Promise<string> {
  const { ip, minAge, ethNetwork, snap, dialable, limit } = options;
  const wanted = {
    ip: ip ?? null,
    minAge: minAge === undefined ? null : parseDuration(minAge) / 1_000,
    ethNetwork: ethNetwork ?? null,
    snap: snap === true,
    dialable: dialable === true,
    limit: limit === undefined ? null : parseLimit(limit),
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
  if (!/^\d{1,9}$/.test(text)) throw new OptionError('The option --limit must be a whole number.');
  return Number(text);
}

async function read(file: string): Promise<NodeSet> {
  const nodes = await readNodeSetFile(file);
  if (nodes === undefined) throw new OptionError(`There is no file ${file}.`);
  return nodes;
}
