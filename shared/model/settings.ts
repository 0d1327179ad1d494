/** Groups of settings, in the order of the form. */
export const SETTING_GROUPS = [
  'node',
  'network',
  'peers',
  'dialing',
  'discovery',
  'reach',
  'traffic',
  'protocols',
  'chain',
  'interfaces',
  'log',
  'metrics',
  'desktop',
] as const;

/** One of SETTING_GROUPS. */
export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** A setting's value as in settings.json. */
export type SettingValue = number | boolean | string | readonly string[] | null;

/** The source of the current value; a later one in this list overrides an earlier one. */
export type SettingSource = 'default' | 'file' | 'environment' | 'flag' | 'demo';

/** When a changed value takes effect: immediately, after a node restart, after a program restart. */
export type SettingRestart = 'none' | 'node' | 'program';

/** One setting as the window shows it. */
export interface SettingView {
  readonly key: string;
  readonly group: SettingGroup;
  readonly title: string;
  /** One or two sentences. */
  readonly help: string;
  /** `--maxpeers`; null without a flag. */
  readonly flag: string | null;
  /** The environment variable, `ENODECK_MAXPEERS`; null without one. */
  readonly variable: string | null;
  /** A `port` is an integer that is shown without a separator of thousands. */
  readonly kind: 'integer' | 'port' | 'boolean' | 'choice' | 'text' | 'list' | 'path';
  /** `s`, `kB/s`; null for a plain number. */
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[] | null;
  /** The current value. */
  readonly value: SettingValue;
  readonly default: SettingValue;
  /** The meaning of null as a phrase, `the system resolver`; null if it has none. */
  readonly unset: string | null;
  readonly source: SettingSource;
  readonly restart: SettingRestart;
  /** True when a new value, `next`, takes effect after a restart. */
  readonly pending: boolean;
  /** The value after the restart; the same as `value` when `pending` is false. */
  readonly next: SettingValue;
}

/** The result of the import of a TOML file. */
export interface SettingsImportResult {
  readonly settings: readonly string[];
  readonly lists: Readonly<Record<'bootnodes' | 'static' | 'trusted', number>>;
  /** Keys of the file that this program does not know. */
  readonly ignored: readonly string[];
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
  readonly applied: boolean;
}
