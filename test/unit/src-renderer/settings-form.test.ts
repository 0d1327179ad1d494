import { describe, expect, it } from 'vitest';
import { SETTING_KEYS } from '../../../shared/settings-table.ts';
import type { SettingView } from '../../../shared/model/settings.ts';
import {
  changeOf,
  checkValue,
  fieldText,
  groupSettings,
  readField,
  restartText,
  sameValue,
  settingKey,
  waitingFor,
} from '../../../src-renderer/model/setting-form.ts';
import { changeSettings, makeSettings, resetSetting } from '../../support/window-preview/fixture-settings.ts';

const settings = makeSettings('typical');
const view = (key: string): SettingView => settings.find((entry) => entry.key === key)!;

describe('the form of the settings', () => {
  it('reads the text of every default as the same value', () => {
    for (const entry of settings) {
      const result = readField(entry, fieldText(entry.default));
      expect(result, entry.key).toEqual({ ok: true, value: entry.default });
    }
  });

  it('accepts whole numbers within their bounds, and names the bounds otherwise', () => {
    expect(readField(view('maxPeers'), ' 60 ')).toEqual({ ok: true, value: 60 });
    for (const wrong of ['', '-1', '10001', '1.5', 'many', '1e3'])
      expect(readField(view('maxPeers'), wrong), wrong).toEqual({
        ok: false,
        message: 'A whole number from 0 to 10,000',
      });
  });

  it('reads an empty field as null where null is allowed', () => {
    expect(readField(view('discoveryPort'), '')).toEqual({ ok: true, value: null });
    expect(readField(view('nodeKey'), ' ')).toEqual({ ok: true, value: null });
    expect(readField(view('addresses'), '').ok).toBe(false);
  });

  it('reads lists with one entry per line, or separated by commas', () => {
    expect(readField(view('netRestrict'), '192.0.2.0/24, 10.0.0.0/8\n\n ::1/128 ')).toEqual({
      ok: true,
      value: ['192.0.2.0/24', '10.0.0.0/8', '::1/128'],
    });
  });

  it('reads a list whose values may have commas or spaces with one entry per line', () => {
    expect(readField(view('sentryHeaders'), ' Accept: a, b\n\nX-Key: c ')).toEqual({
      ok: true,
      value: ['Accept: a, b', 'X-Key: c'],
    });
    expect(readField(view('chainImport'), '/my files/a,b.era1')).toEqual({
      ok: true,
      value: ['/my files/a,b.era1'],
    });
  });

  it('checks with the schema of the node and shows its message', () => {
    expect(readField(view('nat'), 'stun:192.0.2.1:3478')).toEqual({ ok: true, value: 'stun:192.0.2.1:3478' });
    const wrong = readField(view('nat'), 'everything');
    expect(wrong.ok ? '' : wrong.message).toMatch(/^Must be any, none/);
    expect(checkValue(view('logLevel'), 'loud').ok).toBe(false);
  });

  it('accepts any value of an unknown setting; the node checks it', () => {
    const unknown = { ...view('nat'), key: 'toString' };
    expect(settingKey('toString')).toBeNull();
    expect(readField(unknown, 'everything')).toEqual({ ok: true, value: 'everything' });
  });

  it('knows every key of the table, and makes a change of one setting', () => {
    for (const key of SETTING_KEYS) expect(settingKey(key)).toBe(key);
    expect(changeOf('maxPeers', 60)).toEqual({ maxPeers: 60 });
  });

  it('compares lists by their entries', () => {
    expect(sameValue(['a'], ['a'])).toBe(true);
    expect(sameValue(['a', 'b'], ['b', 'a'])).toBe(false);
    expect(sameValue(null, '')).toBe(false);
  });
});

describe('groups of settings', () => {
  it('contain every setting once', () => {
    const shown = groupSettings(settings, '').flatMap((entry) => entry.settings.map(({ key }) => key));
    expect([...shown].sort()).toEqual([...SETTING_KEYS].sort());
  });

  it('are searched by title, help, flag, variable and key', () => {
    const keys = (text: string) =>
      groupSettings(settings, text).flatMap((entry) => entry.settings.map(({ key }) => key));
    expect(keys('--maxpeers')).toContain('maxPeers');
    expect(keys('ENODECK_MAXPEERS')).toContain('maxPeers');
    expect(keys('upnp')).toEqual(['nat']);
    expect(keys('xyzzy')).toEqual([]);
  });

  it('are there without a setting where something else is shown', () => {
    expect(groupSettings(settings, 'xyzzy', ['desktop'])).toEqual([{ group: 'desktop', settings: [] }]);
  });
});

describe('the text about pending settings', () => {
  const t = (key: string, named: Readonly<Record<string, unknown>> = {}): string =>
    [key, ...Object.values(named)].join(' ');

  it('names a node restart, a program restart, or both, with their numbers', () => {
    expect(restartText(settings, t as never)).toBe('settings.waitNode 2 settings.waitProgram 1');
    const texts = groupSettings(settings, '').map((entry) => restartText(entry.settings, t as never));
    expect(texts).toContain('settings.waitProgram 1');
    expect(texts.filter((text) => text !== '')).not.toHaveLength(0);
    expect(restartText(makeSettings('empty'), t as never)).toBe('');
  });
});

describe('pending settings', () => {
  it('are counted by the restart that they require', () => {
    expect(waitingFor(settings)).toEqual({ node: 2, program: 1 });
    expect(waitingFor(makeSettings('empty'))).toEqual({ node: 0, program: 0 });
  });

  it('are pending after a change that requires a restart, until it is undone', () => {
    const changed = changeSettings(makeSettings('empty'), { port: 30_305, maxPeers: 60 });
    expect(waitingFor(changed)).toEqual({ node: 1, program: 0 });
    expect(waitingFor(resetSetting(changed, 'port'))).toEqual({ node: 0, program: 0 });
  });
});
