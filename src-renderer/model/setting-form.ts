import { checkValue as checkSchema } from '../../shared/schema-check.ts';
import type { Translate } from '../composables/use-messages.ts';
import { numberText } from './setting-text.ts';
import { splitNodeTexts } from '../../shared/node-texts.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTINGS, type SettingKey, type SettingsChange } from '../../shared/settings-table.ts';
import {
  SETTING_GROUPS,
  type SettingGroup,
  type SettingValue,
  type SettingView,
} from '../../shared/model/settings.ts';

/*
 * The form of the settings, generated from the views that the node sends. Values are checked with the same schemas as in
 * the node, so that an error is shown before the request.
 */

/** The value of a field, or what is wrong with it. */
export type FieldResult =
  { readonly ok: true; readonly value: SettingValue } | { readonly ok: false; readonly message: string };

/** The key if this window knows the setting, else null. */
export function settingKey(key: string): SettingKey | null {
  return Object.hasOwn(SETTINGS, key) ? (key as SettingKey) : null;
}

/** A value as the text of its field: a list with one entry per line, null as empty text. */
export function fieldText(value: SettingValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? value.join('\n') : String(value);
}

/** Reads a field's text as a value of `view`'s kind and checks it against the setting's schema. */
export function readField(view: SettingView, text: string): FieldResult {
  const value = parse(view, text.trim());
  if (value === undefined) return { ok: false, message: boundsOf(view) };
  return checkValue(view, value);
}

/** Checks a value against the setting's schema. A setting that the window does not know is checked by the node only. */
export function checkValue(view: SettingView, value: SettingValue): FieldResult {
  const key = settingKey(view.key);
  if (key === null) return { ok: true, value };
  const result = checkSchema(SETTINGS[key].schema, value);
  if (result.ok) return { ok: true, value: result.value };
  if (isWholeNumber(view)) return { ok: false, message: boundsOf(view) };
  return { ok: false, message: sentence(result.reason) };
}

/** Whether a field takes a whole number. */
export const isWholeNumber = ({ kind }: SettingView): boolean => kind === 'integer' || kind === 'port';

/** Whether a list may be null or empty, with different meanings. */
export function isOptionalList(view: SettingView): boolean {
  return view.kind === 'list' && view.default === null && checkValue(view, []).ok;
}

/** The parameters of a request that changes one setting. */
export function changeOf(key: SettingKey, value: SettingValue): SettingsChange {
  return { [key]: value };
}

function parse(view: SettingView, text: string): SettingValue | undefined {
  switch (view.kind) {
    case 'integer':
    case 'port':
      if (text === '') return view.default === null ? null : undefined;
      return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'list': {
      const entries = entriesOf(view, text);
      return entries.length === 0 && view.default === null ? null : entries;
    }
    case 'choice':
    case 'text':
    case 'path':
      return text === '' && view.default === null ? null : text;
  }
}

function entriesOf({ key }: SettingView, text: string): readonly string[] {
  if (key === 'bootnodes') return splitNodeTexts(text).map((node) => node.text);
  const known = settingKey(key);
  const spec: SettingSpec | undefined = known === null ? undefined : SETTINGS[known];
  const parts =
    spec?.wholeItems === true ? text.split(/\n/).map((line) => line.trim()) : text.split(/[\s,]+/);
  return parts.filter(Boolean);
}

/** "A whole number from 1 to 100". */
function boundsOf(view: SettingView): string {
  const { min, max } = view;
  if (min === null || max === null) return 'A whole number';
  return `A whole number from ${numberText(view, min)} to ${numberText(view, max)}`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether two values are the same. */
export function sameValue(a: SettingValue, b: SettingValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether `haystack` contains every word of `text`, in any case. */
export function hasWords(haystack: string, text: string): boolean {
  const lower = haystack.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

/**
 * Settings that contain every word of `text` in title, help, key, flag, variable or group; by group, without empty groups.
 * @param others groups that have something else to show
 */
export function groupSettings(
  settings: readonly SettingView[],
  text: string,
  others: readonly SettingGroup[] = [],
): readonly { readonly group: SettingGroup; readonly settings: readonly SettingView[] }[] {
  const found = settings.filter(({ title, help, key, flag, variable, group }) =>
    hasWords(`${title} ${help} ${key} ${flag ?? ''} ${variable ?? ''} ${group}`, text),
  );
  return SETTING_GROUPS.map((group) => ({
    group,
    settings: found.filter((view) => view.group === group),
  })).filter((entry) => entry.settings.length > 0 || others.includes(entry.group));
}

/** Number of changed settings that take effect after a node restart, and after a program restart. */
export function waitingFor(settings: readonly SettingView[]): {
  readonly node: number;
  readonly program: number;
} {
  const count = (restart: SettingView['restart']): number =>
    settings.filter((view) => view.pending && view.restart === restart).length;
  return { node: count('node'), program: count('program') };
}

/** What the changed settings require, a node restart or a program restart, as sentences; empty if none is pending. */
export function restartText(settings: readonly SettingView[], t: Translate): string {
  const { node, program } = waitingFor(settings);
  return [
    node > 0 ? t('settings.waitNode', { n: node }, node) : '',
    program > 0 ? t('settings.waitProgram', { n: program }, program) : '',
  ]
    .filter(Boolean)
    .join(' ');
}
