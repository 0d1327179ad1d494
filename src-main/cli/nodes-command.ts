import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { MAX_IMPORT_CHARACTERS } from '../../shared/api-contract.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { Argument, Option, type Command } from 'commander';
import { describeError } from '../base/errors.ts';
import { NodeTextError } from '../node-record/node-factory.ts';
import { OptionError } from '../app/launch-options.ts';
import type { Choose } from './launch.ts';
import type { TextFault } from '../store/node-lines.ts';
import { formatNodeListText, type NodeListFormat } from '../store/node-list-text.ts';
import { nodeOfPasted, parsePastedNodes } from '../store/pasted-nodes.ts';

/** Formats by their names on the command line. */
const FORMATS = {
  toml: 'toml',
  json: 'static-nodes.json',
  lines: 'lines',
} as const satisfies Record<string, NodeListFormat>;

const FORMAT_NAMES = Object.keys(FORMATS);
const LIST_NAMES = ['bootnodes', 'static', 'trusted'] as const satisfies readonly NodeListName[];

/** BOUNDED: faults in one message. */
const MAX_FAULTS = 20;

interface Options {
  readonly to: keyof typeof FORMATS;
  readonly list?: NodeListName;
}

/**
 * Adds `nodes convert FILE --to FORMAT`: it prints a file of nodes in another format, such as static-nodes.json, which
 * geth no longer reads, as geth's TOML. The tool throws OptionError with every line that is not a node.
 */
export function addNodesCommands(root: Command, choose: Choose): void {
  const group = root.command('nodes').description('work with files of enode URLs and ENRs');
  group
    .command('convert')
    .description('print the nodes of a file in another format')
    .addArgument(
      new Argument(
        '<file>',
        'one node per line, static-nodes.json, trusted-nodes.json, geth’s TOML, or nodes.json of a crawl',
      ),
    )
    .addOption(new Option('--to <format>', 'the output format').choices(FORMAT_NAMES).makeOptionMandatory())
    .addOption(
      new Option(
        '--list <list>',
        'the list of the TOML to read or write (default: by file name, else static)',
      ).choices(LIST_NAMES),
    )
    .action((file: string, options: Options) => {
      choose({ kind: 'tool', tool: () => convert(file, options) });
    });
}

async function convert(file: string, { to, list = listOf(file) }: Options): Promise<string> {
  const { nodes } = parsePastedNodes(await textOf(file), list, Number.POSITIVE_INFINITY);
  const faults: TextFault[] = [];
  for (const node of nodes) {
    try {
      nodeOfPasted(node);
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      faults.push({ line: node.line, reason: error.message });
    }
  }
  if (faults.length > 0) {
    const shown = faults.slice(0, MAX_FAULTS);
    throw new OptionError(
      shown.map(({ line, reason }) => `${file}, line ${String(line)}: ${reason}`).join('\n'),
    );
  }
  return formatNodeListText(
    nodes.map(({ text }) => text),
    FORMATS[to],
    list,
  );
}

/** The list in a file, by geth's file names. */
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
