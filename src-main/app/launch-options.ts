import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import { EnodeckError } from '../base/errors.ts';

/** The files of the page's certificate and of its key, PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Where the page is served, and the access to it. */
export interface HttpOption {
  readonly address: string;
  readonly port: number;
  /** Takes any free port where `port` is in use: for a port that the user did not choose. */
  readonly orAnyPort: boolean;
  /** Undefined: a random one. */
  readonly token: string | undefined;
  readonly hostNames: readonly string[];
  /** Serve the admin namespace on an address that is not loopback. */
  readonly admin: boolean;
  /** Undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
}

/** Settings for this run, and the source of each. */
export interface LaunchSettings {
  readonly values: Readonly<Partial<NodeSettings>>;
  readonly sources: Readonly<Partial<Record<SettingKey, 'flag' | 'environment'>>>;
}

/** The settings for this run without these. */
export function withoutSettings(
  { values, sources }: LaunchSettings,
  keys: readonly SettingKey[],
): LaunchSettings {
  const keep = <Part extends object>(part: Part): Part =>
    Object.fromEntries(Object.entries(part).filter(([key]) => !keys.includes(key as SettingKey))) as Part;
  return { values: keep(values), sources: keep(sources) };
}

/** The validated options of the command line and the environment. */
export interface LaunchOptions {
  /** Undefined: the platform's folder, by network. */
  readonly dataFolder: string | undefined;
  /** Runs the private network inside this process, instead of the network of the settings. */
  readonly demo: boolean;
  /** Nodes for this run, in addition to the lists. */
  readonly staticNodes: readonly string[];
  readonly trustedNodes: readonly string[];
  readonly settings: LaunchSettings;
  readonly http: HttpOption | undefined;
  /** The desktop application starts in the tray, without its window. */
  readonly hidden: boolean;
}

/** An invalid option; the message names it. */
export class OptionError extends EnodeckError<'bad-option'> {
  constructor(message: string, options?: ErrorOptions) {
    super('settings', 'bad-option', message, options);
  }
}

/** The environment variable of a flag: `--discovery.v4` has `ENODECK_DISCOVERY_V4`. */
export function settingVariable(flag: string): string {
  return `ENODECK_${flag.slice(2).toUpperCase().replaceAll(/[.-]/g, '_')}`;
}
