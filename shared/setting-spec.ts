import { z } from 'zod';
import type { SettingGroup, SettingRestart, SettingValue, SettingView } from './model/settings.ts';

/* The specification of one setting, and constructors for the settings table. */

/** The highest port number. */
const MAX_PORT = 65_535;

/** One setting. */
export interface SettingSpec<Schema extends z.ZodType = z.ZodType> {
  readonly group: SettingGroup;
  readonly title: string;
  readonly help: string;
  /** The long flag; null: it is in settings.json only. The flag of a boolean takes an optional true or false; `--nodiscover` and `--nodial` negate theirs. */
  readonly flag: string | null;
  readonly kind: SettingView['kind'];
  readonly schema: Schema;
  readonly default: z.output<Schema>;
  /** The meaning of the default null as a phrase: `the system resolver`. */
  readonly unset?: string;
  readonly restart: SettingRestart;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  /** Whether the flag may be given several times; the values form a list. */
  readonly repeatable?: boolean;
  /** Whether the values of a list may contain commas: each use of the flag is one value, in a form each line. */
  readonly wholeItems?: boolean;
  /** What may be shown of a text, or of each value of a list, that contains a secret; see `shownValue`. */
  readonly shown?: (text: string) => string;
}

/** A setting of any kind; the type of its default follows from its schema. */
export const setting = <Schema extends z.ZodType>(spec: SettingSpec<Schema>): SettingSpec<Schema> => spec;

/** A whole number within bounds, with one message for every error. */
export function wholeNumber(min: number, max: number): z.ZodInt {
  const message = `must be a whole number from ${String(min)} to ${String(max)}`;
  return z.int(message).min(min, message).max(max, message);
}

/** An integer setting; schema, flag and form share its bounds. */
export function integer(
  spec: Omit<SettingSpec<z.ZodInt>, 'kind' | 'schema'> & { readonly min: number; readonly max: number },
): SettingSpec<z.ZodInt> {
  return { ...spec, kind: 'integer', schema: wholeNumber(spec.min, spec.max) };
}

/** The schema of a TCP or UDP port; 0 lets the system choose one. */
export const portNumber = (): z.ZodInt => wholeNumber(0, MAX_PORT);

/** The setting of a port. */
export const port = <Schema extends z.ZodType = z.ZodInt>(
  spec: Omit<SettingSpec<Schema>, 'kind' | 'min' | 'max'>,
): SettingSpec<Schema> => ({ ...spec, kind: 'port', min: 0, max: MAX_PORT });

/** A setting that is on or off. */
export const boolean = (
  spec: Omit<SettingSpec<z.ZodBoolean>, 'kind' | 'schema'>,
): SettingSpec<z.ZodBoolean> => ({
  ...spec,
  kind: 'boolean',
  schema: z.boolean(),
});

/** The value of a setting as it may be shown: without its secrets. */
export function shownValue({ shown }: Pick<SettingSpec, 'shown'>, value: SettingValue): SettingValue {
  if (shown === undefined) return value;
  if (typeof value === 'string') return shown(value);
  return typeof value === 'object' && value !== null ? value.map(shown) : value;
}
