import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { formatNumber, formatQuantity } from '../../shared/format.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings-table.ts';
import { defaultDataFolder, placeOf } from '../app/data-location.ts';
import { OptionError } from '../app/launch-options.ts';
import { loadNetwork } from '../app/network-selection.ts';
import { ArchiveStore } from '../archive/archive-store.ts';
import { openBlockFile } from '../archive/block-file.ts';
import type { BlockFile } from '../archive/file-block.ts';
import {
  importBlocks,
  verifyBlocks,
  type ImportContext,
  type ImportProgress,
  type ImportResult,
} from '../archive/import-blocks.ts';
import { describeArchive, describeBlockFile } from '../archive/describe.ts';
import { assertWhole } from '../archive/missing-blocks.ts';
import { withBlockFile } from '../archive/with-block-file.ts';
import { FileError } from '../base/regular-file.ts';
import { systemClock } from '../base/system-runtime.ts';
import { PUBLIC_NETWORK_NAMES, type Network, type PublicNetworkName } from '../chain/networks.ts';
import type { ChainEnd } from '../archive/verify-block.ts';
import { dataPathsOf } from '../store/data-paths.ts';
import { SettingsStore } from '../store/settings-store.ts';
import { ChainProgress } from './chain-progress.ts';
import type { Choose, ToolContext, ToolResult } from './launch.ts';
import { EXIT } from './run-tool.ts';

interface ChainOptions {
  readonly datadir?: string;
  readonly network?: PublicNetworkName;
  readonly genesis?: string;
}

const FILES = 'exports of geth (also .gz), .era1 or .ere, in the order of their blocks';

/**
 * Adds `chain import`, `chain info` and `chain verify`: the archive of blocks in the data folder, which a node may serve.
 * Exit codes: 0 done; 1 a block or a file is invalid, or the command was interrupted; 2 a bad option. The tools throw
 * OptionError, ArchiveError, StoreError and SettingsError.
 */
export function addChainCommands(root: Command, choose: Choose): void {
  const group = root.command('chain').description('work with files of blocks and with the imported archive');
  const add = (name: string, description: string, files: string): Command =>
    group
      .command(name)
      .description(description)
      .addArgument(new Argument(files, FILES))
      .addOption(new Option('--datadir <folder>', 'data folder; the archive is in its folder "chain"'))
      .addOption(
        new Option('--network <name>', 'network of the blocks (default: the saved one)').choices([
          ...PUBLIC_NETWORK_NAMES,
        ]),
      )
      .addOption(new Option('--genesis <file>', 'genesis.json of a private network, instead of --network'));
  add('import', 'verify the blocks of files and add them to the archive', '<file...>').action(
    (files: string[], options: ChainOptions) => {
      choose({ kind: 'tool', tool: (context) => importFiles(files, options, context) });
    },
  );
  add('info', 'print what the archive has, or what files have', '[file...]').action(
    (files: string[], options: ChainOptions) => {
      choose({ kind: 'tool', tool: (context) => info(files, options, context) });
    },
  );
  add(
    'verify',
    'verify the blocks of files without storing them, or that the archive has all its blocks',
    '[file...]',
  ).action((files: string[], options: ChainOptions) => {
    const verify = files.length > 0 ? verifyFiles : verifyArchive;
    choose({ kind: 'tool', tool: (context) => verify(files, options, context) });
  });
}

async function importFiles(
  files: readonly string[],
  options: ChainOptions,
  context: ToolContext,
): Promise<ToolResult> {
  const { network, folder } = await placeAndNetwork(options, context);
  await assertReadable(files);
  const store = await ArchiveStore.open(folder);
  const signal = context.interruption();
  try {
    for (const path of files) {
      const result = await withFile(path, 'Importing', { network, signal }, context, (file, task) =>
        importBlocks(file, store, task),
      );
      context.say(`${path}: ${importText(result)}`);
      if (result.isInterrupted) {
        return { text: 'Interrupted. The same command goes on from here.\n', exitCode: EXIT.failed };
      }
    }
    return { text: describeArchive(store), exitCode: EXIT.ok };
  } finally {
    await store.close();
  }
}

function importText({ added, known, withReceipts }: ImportResult): string {
  const texts = [`${formatQuantity(added, 'block')} added`];
  if (known > 0) texts.push(`${formatNumber(known)} already there`);
  if (withReceipts > 0) texts.push(`receipts added to ${formatQuantity(withReceipts, 'block')}`);
  return texts.join(', ');
}

async function verifyFiles(
  files: readonly string[],
  options: ChainOptions,
  context: ToolContext,
): Promise<ToolResult> {
  const { network } = await placeAndNetwork(options, context);
  await assertReadable(files);
  const signal = context.interruption();
  const lines: string[] = [];
  let end: ChainEnd | undefined;
  for (const path of files) {
    const result = await withFile(path, 'Verifying', { network, signal }, context, (file, task) =>
      verifyBlocks(file, end, task),
    );
    const { first, blocks, withReceipts } = result;
    end = result.end;
    if (result.isInterrupted) return { text: [...lines, 'Interrupted.\n'].join('\n'), exitCode: EXIT.failed };
    if (first === undefined || end === undefined) continue;
    const receipts = withReceipts === 0 ? 'without receipts' : `${formatNumber(withReceipts)} with receipts`;
    const range = `blocks ${String(first)} to ${String(end.number)}`;
    lines.push(`${path}: ${formatQuantity(blocks, 'valid block')}, ${range}, ${receipts}`);
  }
  return { text: `${lines.join('\n')}\n`, exitCode: EXIT.ok };
}

async function verifyArchive(
  _files: readonly string[],
  options: ChainOptions,
  context: ToolContext,
): Promise<string | ToolResult> {
  return await withArchive(options, context, async (store) => {
    const progress = new ChainProgress('Verifying', context, systemClock);
    try {
      const onProgress = (state: ImportProgress): void => progress.update(state);
      const isInterrupted = await assertWhole(store, { signal: context.interruption(), onProgress });
      if (isInterrupted) return { text: 'Interrupted.\n', exitCode: EXIT.failed };
    } finally {
      progress.end();
    }
    if (store.state === undefined) return describeArchive(store);
    const { earliest, latest } = store.state;
    return `The archive has all blocks from ${String(earliest)} to ${String(latest)}.\n`;
  });
}

/** Uses the archive if there is one. */
async function withArchive(
  options: ChainOptions,
  context: ToolContext,
  use: (store: ArchiveStore) => Promise<string | ToolResult> | string,
): Promise<string | ToolResult> {
  const folder = folderOf(options, context);
  // LevelDB would create the folder.
  if (!existsSync(join(folder, 'CURRENT'))) return `There is no archive in ${folder}.\n`;
  const store = await ArchiveStore.open(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function info(
  files: readonly string[],
  options: ChainOptions,
  context: ToolContext,
): Promise<string | ToolResult> {
  if (files.length > 0) {
    const texts: string[] = [];
    for (const path of files) texts.push(await withBlockFile(path, opened, describeBlockFile));
    return texts.join('');
  }
  return await withArchive(options, context, describeArchive);
}

async function withFile<Result>(
  path: string,
  label: string,
  { network, signal }: Pick<ImportContext, 'network' | 'signal'>,
  context: ToolContext,
  use: (file: BlockFile, task: ImportContext) => Promise<Result>,
): Promise<Result> {
  const progress = new ChainProgress(label, context, systemClock);
  try {
    return await withBlockFile(path, opened, (file) =>
      use(file, { network, signal, clock: systemClock, onProgress: (state) => progress.update(state) }),
    );
  } finally {
    progress.end();
  }
}

/** @throws OptionError for a file that cannot be opened; ArchiveError for one without blocks */
async function opened(path: string): Promise<BlockFile> {
  try {
    return await openBlockFile(path);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new OptionError(`The file ${path} ${cause.message}.`, { cause });
  }
}

/** Opens each file once, so that a wrong name is known before hours of work. */
async function assertReadable(files: readonly string[]): Promise<void> {
  for (const path of files) await (await opened(path)).close();
}

interface Selection {
  readonly network: PublicNetworkName;
  readonly genesis: string | null;
}

/** The network of the options; undefined where they name none. */
function selectionOf({ network, genesis }: ChainOptions): Partial<Selection> {
  if (network !== undefined && genesis !== undefined) {
    throw new OptionError('The options --network and --genesis name different networks: give one of them.');
  }
  if (genesis !== undefined) return { genesis };
  return network === undefined ? {} : { network, genesis: null };
}

function folderOf(options: ChainOptions, { environment }: ToolContext): string {
  const settings = { values: selectionOf(options), sources: {} };
  const place = placeOf(
    { dataFolder: options.datadir, demo: false, settings },
    process.platform,
    environment,
  );
  return dataPathsOf(place.folder).chain;
}

async function placeAndNetwork(
  options: ChainOptions,
  context: ToolContext,
): Promise<{ readonly network: Network; readonly folder: string }> {
  const root = options.datadir ?? defaultDataFolder(process.platform, context.environment);
  const given = selectionOf(options);
  // A network that is named differs from the saved one, whose network ID and fork times it does not have.
  const saved = Object.keys(given).length > 0 ? {} : SettingsStore.readNow(dataPathsOf(root).settings);
  const network = await loadNetwork({ ...DEFAULT_SETTINGS, ...saved, ...given });
  return { network, folder: folderOf(options, context) };
}
