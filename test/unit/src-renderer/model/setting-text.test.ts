import { describe, expect, it } from 'vitest';
import type { SettingSource, SettingView } from '../../../../shared/model/settings.ts';
import { SETTING_KEYS, SETTINGS } from '../../../../shared/settings-table.ts';
import { enSettings } from '../../../../src-renderer/messages/en-settings.ts';
import { readField } from '../../../../src-renderer/model/setting-form.ts';
import {
  numberText,
  originHint,
  originText,
  unsetText,
  valueText,
} from '../../../../src-renderer/model/setting-text.ts';
import { makeSettings } from '../../../support/window-preview/fixture-settings.ts';

/** The text of a message key. */
function t(key: string, named: Readonly<Record<string, unknown>> = {}): string {
  const text = key
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], enSettings);
  if (typeof text !== 'string') throw new Error(`no message ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name]));
}

const SOURCES: readonly SettingSource[] = ['default', 'file', 'environment', 'flag', 'demo'];
const views = makeSettings('empty');
const view = (key: string): SettingView => views.find((entry) => entry.key === key)!;

/** The texts of a row, without its title. */
const rowOf = (entry: SettingView): readonly string[] => [
  originText(entry, t),
  entry.flag ?? '',
  t('settings.default', { value: valueText(entry, entry.default, t) }),
];

describe('the row of a setting', () => {
  it.each(SOURCES)('shows its flag once for the source %s', (source) => {
    for (const entry of views.filter(({ flag }) => flag !== null)) {
      const shown = rowOf({ ...entry, source }).join(' | ');
      expect(shown.split(entry.flag!).length - 1, shown).toBe(1);
    }
  });

  it('contains the word “default” once, in the text of the default', () => {
    for (const entry of views) {
      const [, , text = ''] = rowOf(entry);
      expect(text.match(/default/gi), text).toHaveLength(1);
      expect(entry.help, entry.key).not.toMatch(/default: /i);
    }
  });

  it('shows what null means', () => {
    expect(unsetText(view('dnsServer'), t)).toBe('the system resolver');
    expect(unsetText(view('genesis'), t)).toBe('none');
    for (const key of SETTING_KEYS)
      if ('unset' in SETTINGS[key]) expect(SETTINGS[key].default, key).toBeNull();
  });

  it('shows the source, and the flag or variable in the hint', () => {
    const port = view('port');
    expect(originText({ ...port, source: 'flag' }, t)).toBe('command line');
    expect(originHint({ ...port, source: 'flag' }, t)).toMatch(/ flag --port\./);
    expect(originText({ ...port, source: 'environment' }, t)).toBe('ENODECK_PORT');
    expect(originHint({ ...port, source: 'environment' }, t)).toMatch(/ variable ENODECK_PORT\./);
    expect(originText({ ...port, source: 'file' }, t)).toBe('settings.json');
  });

  it('shows no separator of thousands in a port', () => {
    for (const key of ['port', 'discoveryPort', 'metricsPort']) expect(view(key).kind, key).toBe('port');
    const port = view('port');
    expect(valueText(port, port.default, t)).toBe('30303');
    expect(numberText(port, port.max ?? 0)).toBe('65535');
    expect(readField(port, '65536')).toEqual({ ok: false, message: 'A whole number from 0 to 65535' });
    expect(numberText(view('maxPeers'), 10_000)).toBe('10,000');
  });

  it('formats values with their unit', () => {
    expect(valueText(view('maxUpload'), 2_000, t)).toBe('2,000 kB/s');
    expect(valueText(view('snap'), false, t)).toBe('off');
    expect(valueText(view('netRestrict'), [], t)).toBe('empty');
    expect(valueText(view('addresses'), ['::', '0.0.0.0'], t)).toBe('::, 0.0.0.0');
    expect(valueText(view('name'), 'a\u202eb', t)).toBe('a\ufffdb');
  });
});
