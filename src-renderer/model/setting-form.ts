import { checkValue as checkSchema } from '../../shared/schema-check.ts';
import { splitNodeTexts } from '../../shared/node-texts.ts';
import { SETTINGS, type SettingKey, type SettingsChange } from '../../shared/settings-table.ts';
import {
  SETTING_GROUPS,
  type SettingGroup,
  type SettingValue,
  type SettingView,
} from '../../shared/model/settings.ts';

/*
 * The form of the settings: generated from what the node says of each. Values are checked with the schemas that the node
 * uses itself, so that a field tells what is wrong before anything is sent.
 */

/** What reading a field gave. */
export type FieldResult =
  { readonly ok: true; readonly value: SettingValue } | { readonly ok: false; readonly message: string };

/** The key, when this window knows the setting. */
export function settingKey(key: string): SettingKey | null {
  return Object.hasOwn(SETTINGS, key) ? (key as SettingKey) : null;
}

/** A value as the text of its field: a list one entry a line, null as nothing. */
export function fieldText(value: SettingValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? value.join('\n') : String(value);
}

/** Reads a field's text as a value of `view`'s kind and checks it against the setting's own schema. */
export function readField(view: SettingView, text: string): FieldResult {
  const value = parse(view, text.trim());
  if (value === undefined) return { ok: false, message: boundsOf(view) };
  return checkValue(view, value);
}

/** Checks a value against the setting's own schema; what the window does not know is the node's to judge. */
export function checkValue(view: SettingView, value: SettingValue): FieldResult {
  const key = settingKey(view.key);
  if (key === null) return { ok: true, value };
  const result = checkSchema(SETTINGS[key].schema, value);
  if (result.ok) return { ok: true, value: result.value };
  if (view.kind === 'integer') return { ok: false, message: boundsOf(view) };
  return { ok: false, message: sentence(result.reason) };
}

/** Settings whose lack of a value stands for something of its own. */
export const NULL_MEANINGS = [
  'bootnodes',
  'discoveryDns',
  'dnsServer',
  'discoveryAddresses',
  'discoveryPort',
] as const;

/** The setting's name when its lack of a value has words of its own; null when it is just nothing. */
export function nullMeaning(key: string): (typeof NULL_MEANINGS)[number] | null {
  return NULL_MEANINGS.find((name) => name === key) ?? null;
}

/** A list that may be left out and may be empty, which are two things. */
export function isOptionalList(view: SettingView): boolean {
  return view.kind === 'list' && view.default === null && checkValue(view, []).ok;
}

/** A change of one setting, as the request takes it. */
export function changeOf(key: SettingKey, value: SettingValue): SettingsChange {
  return { [key]: value };
}

function parse(view: SettingView, text: string): SettingValue | undefined {
  switch (view.kind) {
    case 'integer':
      if (text === '') return view.default === null ? null : undefined;
      return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'list': {
      const entries =
        view.key === 'bootnodes'
          ? splitNodeTexts(text).map((node) => node.text)
          : text.split(/[\s,]+/).filter(Boolean);
      return entries.length === 0 && view.default === null ? null : entries;
    }
    case 'choice':
    case 'text':
    case 'path':
      return text === '' && view.default === null ? null : text;
  }
}

/** "A whole number from 1 to 100". */
function boundsOf({ min, max }: SettingView): string {
  if (min !== null && max !== null)
    return `A whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return 'A whole number';
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Two values are the same. */
export function sameValue(a: SettingValue, b: SettingValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Settings whose words hold every word of `text`, in their groups; groups without one are left out. */
export function groupSettings(
  settings: readonly SettingView[],
  text: string,
): readonly { readonly group: SettingGroup; readonly settings: readonly SettingView[] }[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = settings.filter((view) => {
    const haystack =
      `${view.title} ${view.help} ${view.key} ${view.flag ?? ''} ${view.variable ?? ''} ${view.group}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
  return SETTING_GROUPS.map((group) => ({
    group,
    settings: found.filter((view) => view.group === group),
  })).filter((entry) => entry.settings.length > 0);
}

/** How many settings wait for the node, and for the program, to be started again. */
export function waitingFor(settings: readonly SettingView[]): {
  readonly node: number;
  readonly program: number;
} {
  const count = (restart: SettingView['restart']): number =>
    settings.filter((view) => view.pending && view.restart === restart).length;
  return { node: count('node'), program: count('program') };
}
