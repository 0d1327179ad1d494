import { isIP } from 'node:net';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isUsableToken } from './api/http-guard.ts';
import { LOG_LEVELS } from '../shared/model/log.ts';
import { PUBLIC_NETWORK_NAMES } from './chain/networks.ts';
import { describeError } from './leaf/errors.ts';
import { parseNetList } from './leaf/ip.ts';
import { parseNode } from './node-record/node-factory.ts';
import {
  OptionError,
  VERBOSITY,
  type HttpOption,
  type LaunchOptions,
  type NatOption,
  type NetworkOption,
} from './options.ts';

/** Ports and places that hold where the command line says nothing; the first is geth's. */
const DEFAULT_PORT = 30_303;
/** Where a node listens: everywhere; in the demo, whose network is this machine alone, on loopback. */
const ANY_ADDRESS = ['0.0.0.0', '::'] as const;
const DEMO_ADDRESSES = ['127.0.0.1', '::1'] as const;
const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;
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
  return { kind: 'run', options: optionsOf(command.opts<Raw>(), manner) };
}

interface Raw {
  readonly datadir?: string;
  readonly addr?: readonly string[];
  readonly port?: number;
  readonly 'discovery.port'?: number;
  readonly maxpeers?: number;
  readonly maxpendpeers?: number;
  readonly dialratio?: number;
  readonly bootnodes?: readonly string[];
  readonly nodekey?: string;
  readonly nat: NatOption;
  readonly netrestrict?: readonly string[];
  readonly nodiscover?: boolean;
  readonly 'discovery.v4': boolean;
  readonly 'discovery.v5': boolean;
  readonly 'discovery.dns'?: string;
  readonly networkid?: bigint;
  readonly mainnet?: boolean;
  readonly sepolia?: boolean;
  readonly hoodi?: boolean;
  readonly holesky?: boolean;
  readonly genesis?: string;
  readonly demo?: boolean;
  readonly http?: boolean;
  readonly 'http.addr': string;
  readonly 'http.port'?: number;
  readonly 'http.token'?: string;
  readonly 'http.vhosts': readonly string[];
  readonly 'http.admin'?: boolean;
  readonly identity?: string;
  readonly verbosity?: LaunchOptions['settings']['logLevel'];
}

/**
 * Switches of Electron and Chromium that people, desktops and test drivers give. An option that is neither one of these
 * nor ours is refused: `--sepolai` must not join mainnet.
 */
const ELECTRON_SWITCH =
  /^--(no-sandbox|inspect|remote-debugging-|disable-|enable-|force-|use-|ozone-|log-|v=|vmodule=|lang=|password-store=|user-data-dir=|high-dpi-|gtk-version=|proxy-|allow-file-access|original-process-start-time)/;

const withoutElectronSwitches = (args: readonly string[]): string[] =>
  args.filter((arg) => !ELECTRON_SWITCH.test(arg));

function createCommand(env: NodeJS.ProcessEnv, { mode, version }: CliManner): Command {
  const command = new Command('enodeck')
    .description('A node of Ethereum’s peer-to-peer network, and a window onto it.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .allowExcessArguments(mode === 'desktop');
  const add = (
    flags: string,
    description: string,
    change: (option: Option) => Option = (option) => option,
  ): void => {
    const option = change(new Option(flags, description));
    // Commander reads process.env itself; here the environment is an argument like any other.
    const variable = `ENODECK_${option.long?.slice(2).toUpperCase().replaceAll(/[.-]/g, '_') ?? ''}`;
    command.addOption(option);
    const value = env[variable];
    if (value !== undefined && value !== '') applyVariable(command, option, variable, value);
  };
  addNodeOptions(add);
  addNetworkOptions(add);
  addPageOptions(add);
  return command;
}

type Add = (flags: string, description: string, change?: (option: Option) => Option) => void;

function addNodeOptions(add: Add): void {
  add('--datadir <folder>', 'where keys, settings and the node database are kept');
  add('--identity <name>', 'a name to stand in the client name', (o) => o.argParser(identity));
  add('--nodekey <file>', 'file with the node key, 64 hex digits');
  add('--addr <ips>', 'addresses to listen on', (o) => o.argParser(addresses));
  add('--port <number>', 'TCP port, and UDP port of discovery', (o) => o.argParser(port));
  add('--discovery.port <number>', 'UDP port of discovery, where it is another', (o) => o.argParser(port));
  add('--maxpeers <number>', 'peers at most', (o) => o.argParser(integer(0, 10_000)));
  add('--maxpendpeers <number>', 'connections that are being opened at most', (o) =>
    o.argParser(integer(1, 1_000)),
  );
  add('--dialratio <number>', 'one in so many peers is dialled by us', (o) => o.argParser(integer(1, 100)));
  add('--nat <method>', 'external address: any, none, extip:<ip>', (o) =>
    o.argParser(nat).default({ kind: 'any' }, 'any'),
  );
  add('--netrestrict <cidrs>', 'speak to nodes of these networks alone', (o) => o.argParser(netRestrict));
  add('--verbosity <level>', 'debug, info, warn, error, or geth’s 0 to 5', (o) => o.argParser(verbosity));
}

function addNetworkOptions(add: Add): void {
  for (const name of PUBLIC_NETWORK_NAMES) add(`--${name}`, `the network ${name}`);
  add('--genesis <file>', 'the network of a geth genesis.json');
  add('--networkid <id>', 'another network ID than the chain’s own', (o) => o.argParser(networkId));
  add('--demo', 'a private network inside this process, on loopback addresses');
  add('--bootnodes <nodes>', 'enode URLs or records to start from; "" for none', (o) => o.argParser(nodes));
  add('--nodiscover', 'find no nodes; dial static ones alone');
  const yes = (o: Option): Option => o.preset(true).argParser(flag).default(true);
  add('--discovery.v4 [boolean]', 'discovery by the v4 protocol', yes);
  add('--discovery.v5 [boolean]', 'discovery by the v5 protocol (to come)', (o) =>
    o.preset(true).argParser(flag).default(false),
  );
  add('--discovery.dns <tree>', 'node list in DNS (to come); "" for none');
}

function addPageOptions(add: Add): void {
  add('--http', 'serve the page from the desktop application too');
  add('--http.addr <ip>', 'address to serve the page on', (o) =>
    o.argParser(address).default(DEFAULT_HTTP_ADDRESS),
  );
  add(
    '--http.port <number>',
    `port to serve the page on; 0 for any (default: ${String(DEFAULT_HTTP_PORT)}, in the demo any where it is in use)`,
    (o) => o.argParser(port),
  );
  add('--http.token <secret>', 'bearer token; a random one without it', (o) => o.argParser(token));
  add('--http.vhosts <names>', 'further names that a Host header may carry', (o) =>
    o.argParser(list).default([]),
  );
  add('--http.admin', 'serve the admin methods on an address that is not loopback');
}

/** A value from the environment counts as a default: what the command line says goes over it. */
function applyVariable(command: Command, option: Option, variable: string, value: string): void {
  try {
    const parse = option.parseArg as ((text: string) => unknown) | undefined;
    const parsed = parse !== undefined ? parse(value) : option.isBoolean() ? flag(value) : value;
    command.setOptionValueWithSource(option.attributeName(), parsed, 'env');
  } catch (error) {
    throw new OptionError(`The variable ${variable} is not valid: ${sentence(describeError(error))}`, {
      cause: error,
    });
  }
}

function optionsOf(raw: Raw, { mode }: CliManner): LaunchOptions {
  if (raw['discovery.v5']) {
    throw new OptionError(
      'The option --discovery.v5 is not there yet: this version discovers by v4; leave it out.',
    );
  }
  return {
    dataFolder: raw.datadir,
    network: networkOf(raw),
    networkId: raw.networkid,
    addresses: raw.addr ?? (raw.demo === true ? DEMO_ADDRESSES : ANY_ADDRESS),
    port: raw.port ?? (raw.demo === true ? 0 : DEFAULT_PORT),
    discoveryPort: raw['discovery.port'],
    bootnodes: raw.bootnodes,
    nodeKeyFile: raw.nodekey,
    nat: raw.nat,
    netRestrict: raw.demo === true ? LOOPBACK : raw.netrestrict,
    discovery: raw.nodiscover !== true && raw['discovery.v4'],
    dnsDiscovery: raw['discovery.dns'],
    identity: raw.identity,
    settings: {
      ...(raw.maxpeers === undefined ? {} : { maxPeers: raw.maxpeers }),
      ...(raw.maxpendpeers === undefined ? {} : { maxPendingPeers: raw.maxpendpeers }),
      ...(raw.dialratio === undefined ? {} : { dialRatio: raw.dialratio }),
      ...(raw.verbosity === undefined ? {} : { logLevel: raw.verbosity }),
    },
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

function networkOf(raw: Raw): NetworkOption {
  const named = PUBLIC_NETWORK_NAMES.filter((name) => raw[name] === true);
  const choices = [
    ...named.map((name) => `--${name}`),
    ...(raw.genesis === undefined ? [] : ['--genesis']),
    ...(raw.demo === true ? ['--demo'] : []),
  ];
  if (choices.length > 1) {
    throw new OptionError(`The options ${choices.join(' and ')} name different networks: give one of them.`);
  }
  if (raw.demo === true) return { kind: 'demo' };
  if (raw.genesis !== undefined) return { kind: 'genesis', file: raw.genesis };
  return { kind: 'public', name: named[0] ?? 'mainnet' };
}

/** Commander's "error: option '--port <number>' argument 'x' is invalid. REASON" as a plain sentence. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const integer =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
    }
    return number;
  };
const port = integer(0, 65_535);

function networkId(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return BigInt(text);
}

function flag(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new InvalidArgumentError('It must be true or false.');
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function address(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IP address.');
  return text;
}

function addresses(text: string): string[] {
  const items = list(text).map(address);
  if (items.length === 0) throw new InvalidArgumentError('It must name an IP address.');
  return items;
}

function nodes(text: string): string[] {
  return list(text).map((item) => {
    try {
      parseNode(item);
      return item;
    } catch (error) {
      throw new InvalidArgumentError(`${item.slice(0, 60)}: ${describeError(error)}`);
    }
  });
}

function netRestrict(text: string): string[] {
  const items = list(text);
  try {
    parseNetList(items.join(','));
  } catch (error) {
    throw new InvalidArgumentError(describeError(error));
  }
  return items;
}

function nat(text: string): NatOption {
  const colon = text.indexOf(':');
  const kind = (colon < 0 ? text : text.slice(0, colon)).toLowerCase();
  const rest = text.slice(colon + 1);
  if (kind === 'extip' || kind === 'ip') return { kind: 'extip', ip: address(rest) };
  if (text === '' || kind === 'off') return { kind: 'none' };
  if (kind === 'none' || kind === 'any') return { kind };
  throw new InvalidArgumentError('It must be any, none or extip:<ip>.');
}

function identity(text: string): string {
  if (!/^[\w.+-]{1,32}$/.test(text)) {
    throw new InvalidArgumentError('It may have 32 letters, digits, and . _ + - in it.');
  }
  return text;
}

function token(text: string): string {
  if (!isUsableToken(text)) {
    throw new InvalidArgumentError('It must have 1 to 128 letters, digits, and . _ ~ - in it.');
  }
  return text;
}

function verbosity(text: string): LaunchOptions['settings']['logLevel'] {
  const named = LOG_LEVELS.find((level) => level === text);
  const level = named ?? (/^[0-5]$/.test(text) ? VERBOSITY[Number(text)] : undefined);
  if (level === undefined) throw new InvalidArgumentError('It must be debug, info, warn, error, or 0 to 5.');
  return level;
}
