import type { SettingValue, SettingView } from '../../shared/model/settings.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatCount, visibleText } from './format.ts';

/** The meaning of null for a setting. */
export const unsetText = ({ unset }: SettingView, t: Translate): string => unset ?? t('settings.nothing');

/** A number of a setting. A port is a name, not a quantity: it has no separator of thousands. */
export const numberText = ({ kind }: SettingView, value: number): string =>
  kind === 'port' ? String(value) : formatCount(value);

/** A value of a setting as text, with its unit. */
export function valueText(view: SettingView, value: SettingValue, t: Translate): string {
  if (value === null) return unsetText(view, t);
  if (typeof value === 'boolean') return t(value ? 'settings.on' : 'settings.off');
  if (typeof value === 'number')
    return [numberText(view, value), ...(view.unit === null ? [] : [view.unit])].join(' ');
  if (typeof value === 'string') return visibleText(value);
  return value.length === 0 ? t('settings.empty') : visibleText(value.join(', '));
}

/** The source of the current value; an environment variable is named, a flag is not, because the row shows it. */
export function originText({ source, variable }: SettingView, t: Translate): string {
  if (source === 'environment' && variable !== null) return variable;
  return t(`settings.source.${source}`);
}

/** A sentence about the source, and about the effect of a change. */
export function originHint({ source, flag, variable }: SettingView, t: Translate): string {
  return t(`settings.sourceHint.${source}`, { name: (source === 'flag' ? flag : variable) ?? '' });
}
