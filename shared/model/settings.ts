/** Groups of settings, in the order in which a person reads them. */
export const SETTING_GROUPS = [
  'node',
  'network',
  'peers',
  'dialing',
  'discovery',
  'reach',
  'traffic',
  'protocols',
  'log',
] as const;

/** One of SETTING_GROUPS. */
export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** A setting's value as it stands in settings.json. */
export type SettingValue = number | boolean | string | readonly string[] | null;

/** Where the value in force comes from; what stands further right goes over what stands further left. */
export type SettingSource = 'default' | 'file' | 'environment' | 'flag' | 'demo';

/** When a changed value takes effect: at once, when the node is started again, when the program is. */
export type SettingRestart = 'none' | 'node' | 'program';

/** One setting as a window shows it. */
export interface SettingView {
  readonly key: string;
  readonly group: SettingGroup;
  readonly title: string;
  /** One or two sentences. */
  readonly help: string;
  /** `--maxpeers`; null where there is none. */
  readonly flag: string | null;
  /** `ENODECK_MAXPEERS`. */
  readonly variable: string | null;
  readonly kind: 'integer' | 'boolean' | 'choice' | 'text' | 'list' | 'path';
  /** `s`, `kB/s`; null for a plain number. */
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[] | null;
  /** In force now. */
  readonly value: SettingValue;
  readonly default: SettingValue;
  readonly source: SettingSource;
  readonly restart: SettingRestart;
  /** True when another value was saved, or given, that waits for a restart; it is in `next`. */
  readonly pending: boolean;
  /** What holds after the restart; the same as `value` when nothing waits. */
  readonly next: SettingValue;
}
