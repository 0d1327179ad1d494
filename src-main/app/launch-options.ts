import type { LogLevel } from '../../shared/model/log.ts';
import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import { EnodeckError } from '../base/errors.ts';

/** Where the page is served, and who may open it. */
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
}

/** Settings that hold for this run, and who gave each. */
export interface LaunchSettings {
  readonly values: Readonly<Partial<NodeSettings>>;
  readonly sources: Readonly<Partial<Record<SettingKey, 'flag' | 'environment'>>>;
}

/** What the command line and the environment say, checked. */
export interface LaunchOptions {
  /** Undefined: the platform's place, by network. */
  readonly dataFolder: string | undefined;
  /** The private network inside this process, instead of the one that the settings name. */
  readonly demo: boolean;
  /** Nodes of this run alone, beside those of the lists. */
  readonly staticNodes: readonly string[];
  readonly trustedNodes: readonly string[];
  readonly settings: LaunchSettings;
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

/** The variable of the environment that says what a flag says: `--discovery.v4` is `ENODECK_DISCOVERY_V4`. */
export function settingVariable(flag: string): string {
  return `ENODECK_${flag.slice(2).toUpperCase().replaceAll(/[.-]/g, '_')}`;
}
