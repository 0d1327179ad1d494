import { existsSync } from 'node:fs';
import { Argument, Option, type Command } from 'commander';
import { RIGHTS, type Right } from '../../shared/model/access.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings-table.ts';
import { digestOf } from '../app/access-tokens.ts';
import { AuditLog } from '../app/audit-log.ts';
import { placeOf } from '../app/data-location.ts';
import { OptionError } from '../app/launch-options.ts';
import { randomToken } from '../app/page-access.ts';
import { bytesToHex } from '../base/bytes.ts';
import type { LogFields } from '../base/runtime.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { PUBLIC_NETWORK_NAMES, type PublicNetworkName } from '../chain/networks.ts';
import { dataPathsOf, type DataPaths } from '../store/data-paths.ts';
import {
  changeTokens,
  MAX_TOKENS,
  PAGE_TOKEN_NAME,
  readTokens,
  TOKEN_NAME,
  type StoredToken,
} from '../store/token-file.ts';
import { giveTo, ownerOf, refuseLinks, type Owner } from '../store/folder-owner.ts';
import { makeWritable } from '../store/writable-folder.ts';
import type { Choose, ToolContext } from './launch.ts';

interface PlaceOptions {
  readonly datadir?: string;
  readonly network?: PublicNetworkName;
}

interface AddOptions extends PlaceOptions {
  readonly right: Right;
}

/**
 * Adds `token add`, `token list` and `token revoke`: the named tokens of a data folder. A running node takes them over. The
 * tools throw OptionError and SettingsError.
 */
export function addTokenCommands(root: Command, choose: Choose): void {
  const group = root
    .command('token')
    .description('tokens for the page and JSON-RPC, each with a name and a right');
  const add = (name: string, description: string): Command =>
    group
      .command(name)
      .description(description)
      .addOption(new Option('--datadir <folder>', 'data folder of the node'))
      .addOption(
        new Option('--network <name>', 'network of the node (default: the saved one)').choices([
          ...PUBLIC_NETWORK_NAMES,
        ]),
      );
  const nameArgument = (): Argument =>
    new Argument('<name>', 'name of the token: letters, digits, and . _ -');
  add('add', 'add a token and print it; it is not stored and cannot be printed again')
    .addArgument(nameArgument())
    .addOption(
      new Option('--right <right>', 'what the token permits; each right includes those before it')
        .choices(RIGHTS)
        .makeOptionMandatory(),
    )
    .action((name: string, options: AddOptions) => {
      choose({ kind: 'tool', tool: (context) => addToken(name, options, context) });
    });
  add('list', 'print the tokens without their secrets').action((options: PlaceOptions) => {
    choose({ kind: 'tool', tool: (context) => listTokens(options, context) });
  });
  add('revoke', 'remove a token; a running node ends its connections')
    .addArgument(nameArgument())
    .action((name: string, options: PlaceOptions) => {
      choose({ kind: 'tool', tool: (context) => revokeToken(name, options, context) });
    });
}

async function addToken(name: string, options: AddOptions, context: ToolContext): Promise<string> {
  if (!TOKEN_NAME.test(name)) {
    throw new OptionError('The name of a token must have 1 to 64 characters: letters, digits, and . _ -');
  }
  if (name === PAGE_TOKEN_NAME) {
    throw new OptionError(`The name "${PAGE_TOKEN_NAME}" is that of the token in the address of the page.`);
  }
  const paths = pathsOf(options, context);
  if (!existsSync(paths.folder)) {
    throw new OptionError(`There is no data folder ${paths.folder}: the node makes it at its first start.`);
  }
  const owner = await writingFor(paths);
  makeWritable(paths.folder);
  const token = randomToken(systemRandom);
  const created = new Date(context.now()).toISOString();
  const stored = { name, right: options.right, created, sha256: bytesToHex(digestOf(token)) };
  await changeTokens(paths.tokens, (tokens) => added(tokens, stored), { clock: systemClock, owner });
  await audit(paths, owner, context, ['token.add', { what: name, to: options.right }]);
  return `${token}\n`;
}

/** @throws OptionError when the token cannot be one more */
function added(tokens: readonly StoredToken[], token: StoredToken): readonly StoredToken[] {
  if (tokens.some(({ name }) => name === token.name)) {
    throw new OptionError(
      `There is a token "${token.name}" already: revoke it first, or choose another name.`,
    );
  }
  if (tokens.length >= MAX_TOKENS) {
    throw new OptionError(
      `There are ${String(MAX_TOKENS)} tokens, the most that are kept: revoke one first.`,
    );
  }
  return [...tokens, token];
}

async function listTokens(options: PlaceOptions, context: ToolContext): Promise<string> {
  const tokens = await readTokens(pathsOf(options, context).tokens);
  if (tokens.length === 0) return 'There are no tokens besides the one in the address of the page.\n';
  const width = Math.max(...tokens.map(({ name }) => name.length));
  return tokens.map((token) => `${lineOf(token, width)}\n`).join('');
}

const lineOf = ({ name, right, created }: StoredToken, width: number): string =>
  `${name.padEnd(width)}  ${right.padEnd('operate'.length)}  ${created}`;

async function revokeToken(name: string, options: PlaceOptions, context: ToolContext): Promise<string> {
  const paths = pathsOf(options, context);
  const { right } = tokenNamed(name, await readTokens(paths.tokens));
  const owner = await writingFor(paths);
  const without = (tokens: readonly StoredToken[]): readonly StoredToken[] => {
    const revoked = tokenNamed(name, tokens);
    return tokens.filter((token) => token !== revoked);
  };
  await changeTokens(paths.tokens, without, { clock: systemClock, owner });
  await audit(paths, owner, context, ['token.revoke', { what: name, from: right }]);
  return `The token "${name}" is revoked.\n`;
}

/** @throws OptionError when there is none */
function tokenNamed(name: string, tokens: readonly StoredToken[]): StoredToken {
  const found = tokens.find((token) => token.name === name);
  if (found === undefined) throw new OptionError(`There is no token "${name.slice(0, 64)}".`);
  return found;
}

/** The owner of what is written, where that is not the user of this process: the node must be able to read it. */
async function writingFor({ folder, tokens, logs, auditLog }: DataPaths): Promise<Owner | undefined> {
  const owner = await ownerOf(folder);
  if (owner !== undefined) await refuseLinks([tokens, logs, auditLog]);
  return owner;
}

/** Writes a line of the audit log. It does not rotate the file, which a running node may have open. */
async function audit(
  { logs, auditLog }: DataPaths,
  owner: Owner | undefined,
  { say }: ToolContext,
  [action, fields]: readonly [string, LogFields],
): Promise<void> {
  const log = new AuditLog(auditLog, { ...DEFAULT_SETTINGS, logRotate: false }, systemClock, {
    failed: (reason) => {
      say(`The audit log cannot be written: ${reason}`);
    },
    resumed: () => undefined,
  });
  log.logger.info(action, { who: 'command line', ...fields });
  await log.close();
  if (owner !== undefined) await giveTo(owner, [logs, auditLog]);
}

function pathsOf({ datadir, network }: PlaceOptions, { environment }: ToolContext): DataPaths {
  const values = network === undefined ? {} : { network, genesis: null };
  const options = { dataFolder: datadir, demo: false, settings: { values, sources: {} } };
  return dataPathsOf(placeOf(options, process.platform, environment).folder);
}
