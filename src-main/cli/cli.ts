import { isIP } from 'node:net';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTINGS, type NodeSettings, type SettingKey } from '../../shared/settings-table.ts';
import { splitNodeTexts } from '../../shared/node-texts.ts';
import { isUsableToken } from '../api/http-guard.ts';
import { PUBLIC_NETWORK_NAMES } from '../chain/networks.ts';
import { describeError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import {
  OptionError,
  settingVariable,
  type HttpOption,
  type LaunchOptions,
  type LaunchSettings,
} from '../app/launch-options.ts';
import { parseFlag, parseList, parseSetting, repeatableOption, settingOptions } from './setting-options.ts';

const DEFAULT_HTTP_PORT = 8_546;
const DEFAULT_HTTP_ADDRESS = '127.0.0.1';

/** What the command line asks for. */
export type Launch =
  | { readonly kind: 'run'; readonly options: LaunchOptions }
  | { readonly kind: 'print'; readonly text: string };

/** What the two programs that read the command line differ in. */
export interface CliManner {
  /** `headless` always serves the page; in the desktop application Electron has switches of its own. */
  readonly mode: 'desktop' | 'headless';
  readonly version: string;
}

/**
 * Reads the command line and the ENODECK_… variables.
 * @param args without the program's own name
 * @throws OptionError naming the option and what is wrong with it
 */
export function parseCommandLine(args: readonly string[], env: NodeJS.ProcessEnv, manner: CliManner): Launch {
  const output: string[] = [];
  const command = createCommand(env, manner).configureOutput({
    writeOut: (text) => output.push(text),
    writeErr: () => undefined,
  });
  try {
    command.parse(manner.mode === 'desktop' ? withoutElectronSwitches(args) : [...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: output.join('') };
    throw new OptionError(sentence(error.message), { cause: error });
  }
  return { kind: 'run', options: optionsOf(command, manner) };
}

/** Options that are no settings, as commander keeps them. */
interface Raw {
  readonly datadir?: string;
  readonly maxpendpeers?: number;
  readonly staticnodes?: readonly string[];
  readonly trustednodes?: readonly string[];
  readonly nodiscover?: boolean;
  readonly demo?: boolean;
  readonly http?: boolean;
  readonly 'http.addr': string;
  readonly 'http.port'?: number;
  readonly 'http.token'?: string;
  readonly 'http.vhosts': readonly string[];
  readonly 'http.admin'?: boolean;
}

/**
 * Switches of Electron and Chromium that people, desktops and test drivers give. An option that is neither one of these
 * nor ours is refused: `--sepolai` must not join mainnet.
 */
const ELECTRON_SWITCH =
  /^--(no-sandbox|inspect|remote-debugging-|disable-|enable-|force-|use-|ozone-|log-|v=|vmodule=|lang=|password-store=|user-data-dir=|high-dpi-|gtk-version=|proxy-|allow-file-access|original-process-start-time)/;

const withoutElectronSwitches = (args: readonly string[]): string[] =>
  args.filter((arg) => !ELECTRON_SWITCH.test(arg));

const CONVERT_HELP =
  '\nnodes convert FILE --to toml|json|lines prints a file of nodes in another form: geth reads static nodes in TOML alone.' +
  '\ncrawl FILE --protocol v4|v5 --timeout 30m walks through the network and keeps who answers in nodes.json.' +
  '\nnodeset info FILE and nodeset filter FILE look at what a crawl has written.' +
  '\ndns sign FOLDER KEYFILE and dns to-txt FOLDER [FILE] make a DNS node list as devp2p does.';

/** One option for each setting of the table; they do not change from run to run. */
const SETTING_OPTIONS = settingOptions();

function createCommand(env: NodeJS.ProcessEnv, { mode, version }: CliManner): Command {
  const command = new Command('enodeck')
    .description('A node of Ethereum’s peer-to-peer network, and a window onto it.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .addHelpText('after', mode === 'headless' ? CONVERT_HELP : '')
    .allowExcessArguments(mode === 'desktop');
  const addOption = (option: Option): void => {
    // Commander reads process.env itself; here the environment is an argument like any other.
    const variable = settingVariable(option.long ?? '');
    command.addOption(option);
    const value = env[variable];
    if (value !== undefined && value !== '') applyVariable(command, option, variable, value);
  };
  const add: Add = (flags, description, change = (option) => option) => {
    addOption(change(new Option(flags, description)));
  };
  addPlaceOptions(add);
  for (const { key, option } of SETTING_OPTIONS) {
    const { repeatable }: SettingSpec = SETTINGS[key];
    addOption(repeatable === true ? repeatableOption(key, option, givenBefore(command, option)) : option);
  }
  addShortcuts(add);
  addNodeOptions(add);
  addPageOptions(add);
  return command;
}

/** What the command line has said of an option up to now; what the environment says is not added to. */
const givenBefore =
  (command: Command, option: Option): (() => readonly string[]) =>
  () => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') return [];
    return command.getOptionValue(name) as readonly string[];
  };

type Add = (flags: string, description: string, change?: (option: Option) => Option) => void;

function addPlaceOptions(add: Add): void {
  add('--datadir <folder>', 'where keys, settings and the node database are kept');
  add(
    '--demo',
    'a private network inside this process; it listens on loopback addresses, speaks to no others, and uses no NAT method',
  );
  for (const name of PUBLIC_NETWORK_NAMES) add(`--${name}`, `the network ${name}`);
}

/** geth's second names of settings (cmd/utils/flags.go). The first name goes over the second. */
const SHORT_NAMES = { discv4: 'discoveryV4', discv5: 'discoveryV5' } as const satisfies Record<
  string,
  SettingKey
>;

/** geth's names for what the table says otherwise. */
function addShortcuts(add: Add): void {
  add('--maxpendpeers <number>', 'both --maxpendpeers.in and --maxpendpeers.out', (o) =>
    o.argParser((text) => parseSetting('maxPendingInbound', text)),
  );
  add('--nodiscover', 'the opposite of --discovery');
  for (const [flag, meant] of Object.entries(SHORT_NAMES)) {
    add(`--${flag} [boolean]`, `the same as ${SETTINGS[meant].flag}`, (o) =>
      o.preset('true').argParser(parseFlag),
    );
  }
}

function addNodeOptions(add: Add): void {
  const list = (o: Option): Option => o.argParser(nodes);
  add('--staticnodes <nodes>', 'enode URLs or records that are always dialled, for this run', list);
  add('--trustednodes <nodes>', 'enode URLs or records that are always let in, for this run', list);
}

function addPageOptions(add: Add): void {
  add('--http', 'serve the page from the desktop application too');
  add('--http.addr <ip>', 'address to serve the page on', (o) =>
    o.argParser(address).default(DEFAULT_HTTP_ADDRESS),
  );
  add(
    '--http.port <number>',
    `port to serve the page on; 0 for any (default: ${String(DEFAULT_HTTP_PORT)}, in the demo any where it is in use)`,
    (o) => o.argParser((text) => parseSetting('port', text)),
  );
  add('--http.token <secret>', 'bearer token; a random one without it', (o) => o.argParser(token));
  add('--http.vhosts <names>', 'further names that a Host header may carry', (o) =>
    o.argParser(parseList).default([]),
  );
  add('--http.admin', 'serve the admin methods on an address that is not loopback');
}

/** A value from the environment counts as a default: what the command line says goes over it. */
function applyVariable(command: Command, option: Option, variable: string, value: string): void {
  try {
    const parse = option.parseArg as ((text: string) => unknown) | undefined;
    const parsed = parse !== undefined ? parse(value) : option.isBoolean() ? parseFlag(value) : value;
    command.setOptionValueWithSource(option.attributeName(), parsed, 'env');
  } catch (error) {
    throw new OptionError(`The variable ${variable} is not valid: ${sentence(describeError(error))}`, {
      cause: error,
    });
  }
}

function optionsOf(command: Command, { mode }: CliManner): LaunchOptions {
  const raw = command.opts<Raw>();
  const demo = raw.demo === true;
  if (demo) refuseBesideDemo(command);
  return {
    dataFolder: raw.datadir,
    demo,
    staticNodes: raw.staticnodes ?? [],
    trustedNodes: raw.trustednodes ?? [],
    settings: settingsOf(command),
    http: mode === 'headless' || raw.http === true ? httpOf(raw) : undefined,
  };
}

function httpOf(raw: Raw): HttpOption {
  return {
    address: raw['http.addr'],
    port: raw['http.port'] ?? DEFAULT_HTTP_PORT,
    orAnyPort: raw.demo === true && raw['http.port'] === undefined,
    token: raw['http.token'],
    hostNames: raw['http.vhosts'],
    admin: raw['http.admin'] === true,
  };
}

/** The demo has a network of its own, and never speaks to an address but loopback. */
function refuseBesideDemo(command: Command): void {
  const lists = ['bootnodes', 'discovery.dns', 'discovery.dns.server'];
  const others = [
    ...PUBLIC_NETWORK_NAMES,
    'network',
    'genesis',
    'networkid',
    'override.fork',
    'netrestrict',
    'nat',
    ...lists,
  ];
  const given = others.filter((name) => {
    const value: unknown = command.getOptionValue(name);
    // What the demo does anyway may be said.
    const isNone = value === false || value === 'none' || (Array.isArray(value) && value.length === 0);
    return value !== undefined && !isNone;
  });
  if (given.length === 0) return;
  const names = ['demo', ...given].map((name) => `--${name}`).join(' and ');
  throw new OptionError(
    `The options ${names} do not go together: the demo is a network of its own on loopback addresses.`,
  );
}

type Layer = Record<string, unknown>;

/** The settings that the environment gives, under those that the command line gives. */
function settingsOf(command: Command): LaunchSettings {
  const environment = settingsOfLayer(layerOf(command, 'env'));
  const flags = settingsOfLayer(layerOf(command, 'cli'));
  const sources: Partial<Record<SettingKey, 'flag' | 'environment'>> = {};
  for (const key of Object.keys(environment) as SettingKey[]) sources[key] = 'environment';
  for (const key of Object.keys(flags) as SettingKey[]) sources[key] = 'flag';
  return { values: { ...environment, ...flags }, sources };
}

/** Every option that one source gives, by its attribute. */
function layerOf(command: Command, source: 'env' | 'cli'): Layer {
  const given = command.options
    .map((option) => option.attributeName())
    .filter((name) => command.getOptionValueSource(name) === source);
  return Object.fromEntries(given.map((name) => [name, command.getOptionValue(name) as unknown]));
}

function settingsOfLayer(layer: Layer): Partial<NodeSettings> {
  const pending = layer.maxpendpeers;
  const named = SETTING_OPTIONS.filter(({ option }) => layer[option.attributeName()] !== undefined).map(
    ({ key, option }) => [key, layer[option.attributeName()]],
  );
  const short = Object.entries(SHORT_NAMES)
    .filter(([flag]) => layer[flag] !== undefined)
    .map(([flag, key]) => [key, layer[flag]]);
  return {
    ...(Object.fromEntries(short) as Partial<NodeSettings>),
    ...(pending !== undefined && { maxPendingInbound: pending, maxPendingOutbound: pending }),
    ...(Object.fromEntries(named) as Partial<NodeSettings>),
    ...discoveryOf(layer),
    ...networkOf(layer),
  } as Partial<NodeSettings>;
}

function discoveryOf({ nodiscover, discovery }: Layer): Partial<NodeSettings> {
  if (nodiscover !== true) return {};
  if (discovery === true) {
    throw new OptionError('The options --discovery and --nodiscover say the opposite: give one of them.');
  }
  return { discovery: false };
}

/** Whoever names a network means that one: a genesis file or network ID that was saved for another does not count. */
function networkOf(layer: Layer): Partial<NodeSettings> {
  const named = PUBLIC_NETWORK_NAMES.filter((name) => layer[name] === true);
  const choices = [
    ...named.map((name) => `--${name}`),
    ...(layer.network === undefined ? [] : ['--network']),
    ...(layer.genesis === undefined ? [] : ['--genesis']),
  ];
  if (choices.length > 1) {
    throw new OptionError(`The options ${choices.join(' and ')} name different networks: give one of them.`);
  }
  if (choices.length === 0) return {};
  const [network] = named;
  return {
    ...(network !== undefined && { network }),
    genesis: (layer.genesis ?? null) as string | null,
    networkId: (layer.networkid ?? null) as string | null,
  };
}

/** Commander's "error: option '--port <number>' argument 'x' is invalid. REASON" as a plain sentence. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function address(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IP address.');
  return text;
}

function nodes(text: string): string[] {
  return splitNodeTexts(text).map(({ text: item }) => {
    try {
      parseNode(item);
      return item;
    } catch (error) {
      throw new InvalidArgumentError(`${item.slice(0, 60)}: ${describeError(error)}`);
    }
  });
}

function token(text: string): string {
  if (!isUsableToken(text)) {
    throw new InvalidArgumentError('It must have 1 to 128 letters, digits, and . _ ~ - in it.');
  }
  return text;
}
