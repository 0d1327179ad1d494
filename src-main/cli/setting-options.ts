import { InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS, logLevelOf } from '../../shared/model/log.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { refuseNode } from '../../shared/node-check.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey } from '../../shared/settings-table.ts';
import { natTextOf, parseNatText } from '../../shared/nat-text.ts';
import { checkValue } from '../../shared/schema-check.ts';
import { splitNodeTexts } from '../../shared/node-texts.ts';
import { describeError } from '../base/errors.ts';
import { OptionError } from '../app/launch-options.ts';
import { parseNode } from '../node-record/node-factory.ts';
import { nodeToCheck } from '../node-record/node-to-check.ts';

/** Placeholder of the value in the help text, by kind of setting. */
export const PLACEHOLDERS = {
  integer: '<number>',
  port: '<number>',
  boolean: '[boolean]',
  choice: '<name>',
  text: '<text>',
  list: '<items>',
  path: '<path>',
} as const satisfies Record<SettingSpec['kind'], string>;

/** The command-line option of every setting that has a flag. */
export function settingOptions(): readonly { readonly key: SettingKey; readonly option: Option }[] {
  return SETTING_KEYS.flatMap((key) => {
    const { flag } = SETTINGS[key];
    return flag === null ? [] : [{ key, option: optionOf(key, flag) }];
  });
}

/** Adds to every setting title that a message quotes (“Title”) the flag of the setting, for users at a terminal. */
export function withFlags(message: string): string {
  return message.replace(/“([^”]+)”/g, (quoted, title: string) => {
    const key = SETTING_KEYS.find((candidate) => SETTINGS[candidate].title === title);
    const flag = key === undefined ? null : SETTINGS[key].flag;
    return flag === null ? quoted : `${quoted} (${flag})`;
  });
}

function optionOf(key: SettingKey, flag: string): Option {
  const spec: SettingSpec = SETTINGS[key];
  const option = new Option(`${flag} ${placeholderOf(spec)}`, describe(spec)).argParser((text: string) =>
    parseSetting(key, text),
  );
  return spec.kind === 'boolean' ? option.preset('true') : option;
}

/** Several files may follow a flag, because a shell replaces a pattern with all names. */
function placeholderOf({ kind, wholeItems, shown }: SettingSpec): string {
  if (wholeItems !== true) return PLACEHOLDERS[kind];
  return shown === undefined ? '<path...>' : '<text>';
}

function describe({ help, choices, unit, default: value, unset }: SettingSpec): string {
  const facts = [choices?.join(', '), unit && `in ${unit}`, defaultText(value, unset)].filter(Boolean);
  return facts.length === 0 ? help : `${help} (${facts.join('; ')})`;
}

function defaultText(value: unknown, unset: string | undefined): string | undefined {
  if (value === null) return unset === undefined ? undefined : `default: ${unset}`;
  if (Array.isArray(value)) return value.length === 0 ? undefined : `default: ${value.join(',')}`;
  return `default: ${JSON.stringify(value).replaceAll('"', '')}`;
}

/**
 * The option of a setting whose flag may be repeated: the values accumulate.
 * @param earlier the values that the same command line has given so far
 */
export function repeatableOption(
  key: SettingKey,
  { flags, description }: Option,
  earlier: () => readonly string[],
): Option {
  const separator = (SETTINGS[key] as SettingSpec).wholeItems === true ? '\n' : ',';
  return new Option(flags, description).argParser((text: string) =>
    parseSetting(key, [...earlier(), text].join(separator)),
  );
}

/**
 * Parses a value of the command line or the environment and checks it with the schema of the settings table. A list of whole
 * items has one on each line.
 * @throws InvalidArgumentError states what the value must be; OptionError for a setting with a secret, because commander adds
 *   the value to the former
 */
export function parseSetting(key: SettingKey, text: string): unknown {
  const spec: SettingSpec = SETTINGS[key];
  const value = readText(key, spec, text);
  const checked = checkValue(spec.schema, value);
  if (checked.ok) return checked.value;
  if (spec.shown !== undefined) {
    throw new OptionError(`The value of ${spec.flag ?? key} is not valid: it ${checked.reason}.`);
  }
  const [part] = checked.path;
  const item =
    Array.isArray(value) && typeof part === 'number' ? `"${String(value[part]).slice(0, 60)}"` : 'It';
  throw new InvalidArgumentError(`${item} ${checked.reason}.`);
}

function readText(key: SettingKey, spec: SettingSpec, text: string): unknown {
  if (key === 'logLevel') return verbosity(text);
  // geth's name of the format.
  if (key === 'logFormat' && text === 'terminal') return 'text';
  if (key === 'nat') return natText(text);
  if (key === 'bootnodes') return parseNodeTexts(text);
  switch (spec.kind) {
    case 'integer':
    case 'port':
      return /^\d{1,9}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return parseFlag(text);
    case 'list':
      return spec.wholeItems === true ? parseLines(text) : parseList(text);
    case 'choice':
    case 'text':
    case 'path':
      return text;
  }
}

/** Also accepts geth's levels 0 to 5. */
function verbosity(text: string): string {
  const level = logLevelOf(text);
  if (level === undefined) throw new InvalidArgumentError(`It must be ${LOG_LEVELS.join(', ')}, or 0 to 5.`);
  return level;
}

/** Converts geth's other spellings to the canonical form. */
function natText(text: string): string {
  const method = parseNatText(text);
  return method === undefined ? text : natTextOf(method);
}

/**
 * Splits a list of enode URLs and ENRs and checks each one, signatures included, which the schemas do not.
 * @throws InvalidArgumentError quotes the start of the bad text
 */
export function parseNodeTexts(text: string): string[] {
  return splitNodeTexts(text).map(({ text: item }) => {
    try {
      parseNode(item);
      return item;
    } catch (error) {
      throw new InvalidArgumentError(`${item.slice(0, 60)}: ${describeError(error)}`);
    }
  });
}

/**
 * As `parseNodeTexts`, and refuses what the list itself would refuse, in the same words.
 * @throws InvalidArgumentError quotes the start of the bad text
 */
export function parseListedNodes(list: NodeListName, text: string): string[] {
  return parseNodeTexts(text).map((item) => {
    const refusal = refuseNode(list, nodeToCheck(parseNode(item)));
    if (refusal !== undefined) throw new InvalidArgumentError(`${item.slice(0, 60)}: ${refusal.message}`);
    return item;
  });
}

/** A boolean: true, false, and 1, 0, yes, no, on, off. @throws InvalidArgumentError */
export function parseFlag(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new InvalidArgumentError('It must be true or false.');
}

/** The items of a list with one on each line. */
function parseLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The items of a comma-separated list. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
