import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { MAX_IMPORT_CHARACTERS } from '../../shared/api-contract.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { Argument, Command, CommanderError, Option } from 'commander';
import { describeError } from '../base/errors.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import { OptionError } from '../app/launch-options.ts';
import { formatNodeListText, parseNodeListText, type NodeListFormat } from '../store/node-list-text.ts';

/** The forms by the names that the command line gives them. */
const FORMATS = {
  toml: 'toml',
  json: 'static-nodes.json',
  lines: 'lines',
} as const satisfies Record<string, NodeListFormat>;

const FORMAT_NAMES = Object.keys(FORMATS);
const LIST_NAMES = ['bootnodes', 'static', 'trusted'] as const satisfies readonly NodeListName[];

const USAGE = `Say what to do: nodes convert FILE --to ${FORMAT_NAMES.join('|')}.`;

/** Faults that are told; the rest of a hopeless file says nothing new. */
const MAX_FAULTS = 20;

interface Options {
  readonly to: keyof typeof FORMATS;
  readonly list?: NodeListName;
}

/**
 * `enodeck nodes convert FILE --to FORMAT`: turns a file of nodes into another form, such as static-nodes.json, which
 * geth does not read any more, into its TOML. Starts no node.
 * @param args behind `nodes`
 * @returns what to print
 * @throws OptionError naming the option, or the file with every line that is no node
 */
export async function convertNodes(args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  let task: Promise<string> | undefined;
  const command = new Command('enodeck nodes')
    .description('Turns a file of enode URLs and records into another form.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => undefined });
  command
    .command('convert')
    .copyInheritedSettings(command)
    .description('prints the nodes of a file')
    .addArgument(
      new Argument('<file>', 'one node a line, static-nodes.json, trusted-nodes.json, or geth’s TOML'),
    )
    .addOption(new Option('--to <format>', 'the form').choices(FORMAT_NAMES).makeOptionMandatory())
    .addOption(
      new Option('--list <list>', 'which list it is in TOML; by the file’s name, else static').choices(
        LIST_NAMES,
      ),
    )
    .action((file: string, options: Options) => {
      task = convert(file, options);
    });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed.join('');
    const reason = error.code === 'commander.help' ? USAGE : error.message.replace(/^error: /, '');
    throw new OptionError(reason, { cause: error });
  }
  return task === undefined ? printed.join('') : await task;
}

async function convert(file: string, { to, list = listOf(file) }: Options): Promise<string> {
  const { nodes, errors } = parseNodeListText(await textOf(file), list);
  const faults = [...errors];
  for (const { line, text } of nodes) {
    try {
      parseNode(text);
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      faults.push({ line, reason: error.message });
    }
  }
  if (faults.length > 0) {
    const told = faults.sort((a, b) => a.line - b.line).slice(0, MAX_FAULTS);
    throw new OptionError(
      told.map(({ line, reason }) => `${file}, line ${String(line)}: ${reason}`).join('\n'),
    );
  }
  return formatNodeListText(
    nodes.map(({ text }) => text),
    FORMATS[to],
    list,
  );
}

/** geth's names for the files say which list is in them. */
function listOf(file: string): NodeListName {
  return LIST_NAMES.find((list) => basename(file).includes(list)) ?? 'static';
}

async function textOf(file: string): Promise<string> {
  const refused = (reason: string, options?: ErrorOptions): OptionError =>
    new OptionError(`The file ${file} cannot be read (${reason}).`, options);
  try {
    const { size } = await stat(file);
    if (size <= MAX_IMPORT_CHARACTERS) return await readFile(file, 'utf8');
  } catch (cause) {
    throw refused(describeError(cause), { cause });
  }
  throw refused('it is too large');
}
