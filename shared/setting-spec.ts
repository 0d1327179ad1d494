import { z } from 'zod';
import type { SettingGroup, SettingRestart, SettingView } from './model/settings.ts';

/* What a setting is, and how the table of settings says one. */

/** One setting. */
export interface SettingSpec<Schema extends z.ZodType = z.ZodType> {
  readonly group: SettingGroup;
  readonly title: string;
  readonly help: string;
  /** The long flag. A boolean's takes an optional true or false; `--nodiscover` and `--nodial` say the opposite. */
  readonly flag: string;
  readonly kind: SettingView['kind'];
  readonly schema: Schema;
  readonly default: z.output<Schema>;
  readonly restart: SettingRestart;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  /** Whether the flag may be given several times; its values add up then. */
  readonly repeatable?: boolean;
}

/** A setting of any kind; its default is held to its schema. */
export const setting = <Schema extends z.ZodType>(spec: SettingSpec<Schema>): SettingSpec<Schema> => spec;

/** One refusal for whatever is wrong with a number. */
export function wholeNumber(min: number, max: number): z.ZodInt {
  const words = `must be a whole number from ${String(min)} to ${String(max)}`;
  return z.int(words).min(min, words).max(max, words);
}

/** An integer setting: its bounds serve the schema, the flag and the form. */
export function integer(
  spec: Omit<SettingSpec<z.ZodInt>, 'kind' | 'schema'> & { readonly min: number; readonly max: number },
): SettingSpec<z.ZodInt> {
  return { ...spec, kind: 'integer', schema: wholeNumber(spec.min, spec.max) };
}

/** A setting that is on or off. */
export const boolean = (
  spec: Omit<SettingSpec<z.ZodBoolean>, 'kind' | 'schema'>,
): SettingSpec<z.ZodBoolean> => ({
  ...spec,
  kind: 'boolean',
  schema: z.boolean(),
});
