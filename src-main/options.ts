import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LogLevel } from '../shared/model/log.ts';
import type { RuntimeSettings } from '../shared/model/settings.ts';
import type { PublicNetworkName } from './chain/networks.ts';
import { EnodeckError } from './leaf/errors.ts';

/** How our external address is found out: `extip` is given; otherwise other nodes say what they see. */
export type NatOption = { readonly kind: 'none' | 'any' } | { readonly kind: 'extip'; readonly ip: string };

/** Which chain the node belongs to. */
export type NetworkOption =
  | { readonly kind: 'public'; readonly name: PublicNetworkName }
  | { readonly kind: 'genesis'; readonly file: string }
  | { readonly kind: 'demo' };

/** Where and to whom the page is served. */
export interface HttpOption {
  readonly address: string;
  readonly port: number;
  /** Takes any free port where `port` is in use: for a port that nobody asked for. */
  readonly orAnyPort: boolean;
  /** Undefined: a random one. */
  readonly token: string | undefined;
  readonly hostNames: readonly string[];
  /** Serve the admin namespace on an address that is not loopback. */
  readonly admin: boolean;
}

/** What the command line and the environment say, checked. */
export interface LaunchOptions {
  /** Undefined: the platform's place, by network. */
  readonly dataFolder: string | undefined;
  readonly network: NetworkOption;
  readonly networkId: bigint | undefined;
  /** Addresses that are listened on. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Undefined: that of `port`. */
  readonly discoveryPort: number | undefined;
  /** Undefined: the network's own; empty: none. */
  readonly bootnodes: readonly string[] | undefined;
  readonly nodeKeyFile: string | undefined;
  readonly nat: NatOption;
  /** CIDR networks that alone are spoken to; undefined: all. */
  readonly netRestrict: readonly string[] | undefined;
  readonly discovery: boolean;
  readonly dnsDiscovery: string | undefined;
  readonly identity: string | undefined;
  /** Settings that the command line sets for this run. */
  readonly settings: Partial<RuntimeSettings>;
  readonly http: HttpOption | undefined;
}

/** An option that cannot be used; the message names it. */
export class OptionError extends EnodeckError<'bad-option'> {
  constructor(message: string, options?: ErrorOptions) {
    super('settings', 'bad-option', message, options);
  }
}

/** go-ethereum's scale of --verbosity: silent, error, warn, info, debug, detail. */
export const VERBOSITY: readonly LogLevel[] = ['error', 'error', 'warn', 'info', 'debug', 'debug'];

/** The folder where the platform keeps an application's data. */
export function defaultDataFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Enodeck');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Enodeck');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'enodeck');
}

/**
 * The folder of this run: the one that was named, else the platform's, with a folder of its own for each network but
 * mainnet, so that their nodes do not mix.
 */
export function dataFolderOf(
  options: Pick<LaunchOptions, 'dataFolder' | 'network'>,
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
): string {
  if (options.dataFolder !== undefined) return options.dataFolder;
  const folder = defaultDataFolder(platform, environment);
  const { network } = options;
  if (network.kind === 'demo') return join(folder, 'demo');
  if (network.kind === 'genesis') return join(folder, 'custom');
  return network.name === 'mainnet' ? folder : join(folder, network.name);
}
