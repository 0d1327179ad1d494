import { isIP } from 'node:net';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTINGS, type NodeSettings, type SettingKey } from '../../shared/settings-table.ts';
import { isUsableToken } from '../api/http-access.ts';
import { PUBLIC_NETWORK_NAMES } from '../chain/networks.ts';
import { describeError } from '../base/errors.ts';
import {
  OptionError,
  settingVariable,
  type HttpOption,
  type LaunchOptions,
  type LaunchSettings,
  type TlsFiles,
} from '../app/launch-options.ts';
import { CHAIN_FLAGS, chainFlagsOf } from './chain-flags.ts';
import type { Choose } from './launch.ts';
import { sentence } from './option-sentence.ts';
import {
  parseFlag,
  parseList,
  parseListedNodes,
  parseSetting,
  PLACEHOLDERS,
  repeatableOption,
  settingOptions,
} from './setting-options.ts';

const DEFAULT_HTTP_PORT = 8_546;
const DEFAULT_HTTP_ADDRESS = '127.0.0.1';

/** Options that are not settings, by the attribute names of commander. */
interface Raw {
  readonly datadir?: string;
  readonly maxpendpeers?: number;
  readonly staticnodes?: readonly string[];
  readonly trustednodes?: readonly string[];
  readonly nodiscover?: boolean;
  readonly demo?: boolean;
  readonly hidden?: boolean;
  readonly http?: boolean;
  readonly 'http.addr': string;
  readonly 'http.port'?: number;
  readonly 'http.token'?: string;
  readonly 'http.vhosts': readonly string[];
  readonly 'http.admin'?: boolean;
  readonly 'http.tls.cert'?: string;
  readonly 'http.tls.key'?: string;
}

/** One option for each setting of the table; they do not change from run to run. */
const SETTING_OPTIONS = settingOptions();

/**
 * Adds `run`, the default command: it runs a node until the program is stopped.
 * @param env values for options that the command line does not give, by ENODECK_… variables
 */
export function addRunCommand(
  root: Command,
  env: NodeJS.ProcessEnv,
  mode: 'desktop' | 'headless',
  choose: Choose,
): void {
  const command = root.command('run', { isDefault: true }).description('run a node (default)');
  const add: Add = (flags, description, change = (option) => option) => {
    command.addOption(change(new Option(flags, description)));
  };
  addPlaceOptions(add);
  for (const { key, option } of SETTING_OPTIONS) {
    const { repeatable }: SettingSpec = SETTINGS[key];
    command.addOption(
      repeatable === true ? repeatableOption(key, option, valueSoFar(command, option)) : option,
    );
  }
  addAliases(add);
  addNodeOptions(add);
  addPageOptions(add);
  // A desktop passes links and files to open.
  command.allowExcessArguments().action(() => {
    const [given] = command.args;
    if (given !== undefined && mode === 'headless') {
      throw new OptionError(`There is no command "${given.slice(0, 60)}". See ${root.name()} --help.`);
    }
    for (const option of command.options) applyVariable(command, option, env);
    choose({ kind: 'run', options: optionsOf(command, mode), operands: [...command.args] });
  });
}

/** The value of an option that the command line has given so far. */
const valueSoFar =
  (command: Command, option: Option): (() => readonly string[]) =>
  () =>
    (command.getOptionValue(option.attributeName()) as readonly string[] | undefined) ?? [];

type Add = (flags: string, description: string, change?: (option: Option) => Option) => void;

function addPlaceOptions(add: Add): void {
  add('--datadir <folder>', 'folder for keys, settings and the node database');
  add(
    '--demo',
    'run a private network inside this process; it uses loopback addresses only and no NAT method',
  );
  for (const name of PUBLIC_NETWORK_NAMES) add(`--${name}`, `join ${name}; the same as --network ${name}`);
}

/** Aliases of settings, as in geth (cmd/utils/flags.go). The setting's own flag overrides the alias. */
const ALIASES = {
  discv4: 'discoveryV4',
  discv5: 'discoveryV5',
  vmodule: 'logModules',
} as const satisfies Record<string, SettingKey>;

/** geth's names for options that the settings table names differently. */
function addAliases(add: Add): void {
  add('--maxpendpeers <number>', 'sets both --maxpendpeers.in and --maxpendpeers.out', (o) =>
    o.argParser((text) => parseSetting('maxPendingInbound', text)),
  );
  add('--nodiscover', 'the opposite of --discovery');
  for (const [flag, key] of Object.entries(ALIASES)) {
    const { kind, flag: own }: SettingSpec = SETTINGS[key];
    add(`--${flag} ${PLACEHOLDERS[kind]}`, `the same as ${own ?? ''}`, (o) => {
      const parsed = o.argParser((text: string) => parseSetting(key, text));
      return kind === 'boolean' ? parsed.preset('true') : parsed;
    });
  }
}

function addNodeOptions(add: Add): void {
  const list =
    (name: NodeListName) =>
    (o: Option): Option =>
      o.argParser((text: string) => parseListedNodes(name, text));
  add('--staticnodes <nodes>', 'static nodes for this run: enode URLs or ENRs', list('static'));
  add('--trustednodes <nodes>', 'trusted nodes for this run: enode URLs or ENRs', list('trusted'));
}

function addPageOptions(add: Add): void {
  add('--hidden', 'start in the tray without opening the window; for the desktop application');
  add('--http', 'serve the page over HTTP; headless always does');
  add('--http.addr <ip>', 'address to serve the page on', (o) =>
    o.argParser(address).default(DEFAULT_HTTP_ADDRESS),
  );
  add(
    '--http.port <number>',
    `port to serve the page on; 0 for any free port (default: ${String(DEFAULT_HTTP_PORT)}; the demo uses any free port if that one is in use)`,
    (o) => o.argParser((text) => parseSetting('port', text)),
  );
  add('--http.token <secret>', 'bearer token (default: random)', (o) => o.argParser(token));
  add('--http.vhosts <names>', 'additional host names to accept in the Host header', (o) =>
    o.argParser(parseList).default([]),
  );
  add('--http.admin', 'serve the admin methods on an address other than loopback');
  add('--http.tls.cert <file>', 'serve the page over HTTPS with this certificate (PEM, with its chain)');
  add('--http.tls.key <file>', 'private key of --http.tls.cert (PEM, not encrypted)');
}

/**
 * Takes the value of an option from its variable, unless the command line gives the option. Commander would read
 * process.env itself; here the environment is an argument.
 */
function applyVariable(command: Command, option: Option, env: NodeJS.ProcessEnv): void {
  const variable = settingVariable(option.long ?? '');
  const value = env[variable];
  if (value === undefined || value === '') return;
  try {
    const parse = option.parseArg as ((text: string) => unknown) | undefined;
    const parsed = parse !== undefined ? parse(value) : option.isBoolean() ? parseFlag(value) : value;
    if (command.getOptionValueSource(option.attributeName()) === 'cli') return;
    command.setOptionValueWithSource(option.attributeName(), parsed, 'env');
  } catch (error) {
    throw new OptionError(`The variable ${variable} is not valid: ${sentence(describeError(error))}`, {
      cause: error,
    });
  }
}

function optionsOf(command: Command, mode: 'desktop' | 'headless'): LaunchOptions {
  const raw = command.opts<Raw>();
  const demo = raw.demo === true;
  if (demo) refuseWithDemo(command);
  return {
    dataFolder: raw.datadir,
    demo,
    staticNodes: raw.staticnodes ?? [],
    trustedNodes: raw.trustednodes ?? [],
    settings: settingsOf(command),
    hidden: raw.hidden === true,
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
    tls: tlsOf(raw),
  };
}

/** One file without the other is a mistake that must not end in plain HTTP. */
function tlsOf({ 'http.tls.cert': cert, 'http.tls.key': key }: Raw): TlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new OptionError('The options --http.tls.cert and --http.tls.key go together: give both or none.');
}

/** The demo is a network of its own and uses loopback addresses only. */
function refuseWithDemo(command: Command): void {
  const lists = ['bootnodes', 'discovery.dns', 'discovery.dns.server'];
  const others = [
    ...PUBLIC_NETWORK_NAMES,
    'network',
    'genesis',
    'networkid',
    'override.fork',
    'netrestrict',
    'nat',
    ...CHAIN_FLAGS,
    ...lists,
  ];
  const given = others.filter((name) => {
    const value: unknown = command.getOptionValue(name);
    // "none" and empty lists are what the demo does anyway.
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

/** The settings that the command line or the environment gives; the command line overrides the environment. */
function settingsOf(command: Command): LaunchSettings {
  const environment = settingsOfLayer(layerOf(command, 'env'));
  const flags = settingsOfLayer(layerOf(command, 'cli'));
  const sources: Partial<Record<SettingKey, 'flag' | 'environment'>> = {};
  for (const key of Object.keys(environment) as SettingKey[]) sources[key] = 'environment';
  for (const key of Object.keys(flags) as SettingKey[]) sources[key] = 'flag';
  return { values: { ...environment, ...flags }, sources };
}

/** The values of the options that one source gives, by attribute name. */
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
  const short = Object.entries(ALIASES)
    .filter(([flag]) => layer[flag] !== undefined)
    .map(([flag, key]) => [key, layer[flag]]);
  return {
    ...(Object.fromEntries(short) as Partial<NodeSettings>),
    ...(pending !== undefined && { maxPendingInbound: pending, maxPendingOutbound: pending }),
    ...(Object.fromEntries(named) as Partial<NodeSettings>),
    ...discoveryOf(layer),
    ...networkOf(layer),
    ...chainFlagsOf(layer),
  } as Partial<NodeSettings>;
}

function discoveryOf({ nodiscover, discovery }: Layer): Partial<NodeSettings> {
  if (nodiscover !== true) return {};
  if (discovery === true) {
    throw new OptionError(
      'The options --discovery and --nodiscover contradict each other: give one of them.',
    );
  }
  return { discovery: false };
}

/** A named network also resets the genesis file and the network ID that were saved for another network. */
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

function address(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IP address.');
  return text;
}

function token(text: string): string {
  if (!isUsableToken(text)) {
    throw new InvalidArgumentError('It must have 1 to 128 characters: letters, digits, and . _ ~ -');
  }
  return text;
}
