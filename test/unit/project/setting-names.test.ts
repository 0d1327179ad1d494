import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, SETTINGS } from '../../../shared/settings-table.ts';
import { withFlags } from '../../../src-main/cli/setting-options.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Files whose text is for a terminal, and the table of the settings. */
const TERMINAL = new RegExp(
  [
    String.raw`^src-main/(?:headless|main)\.ts$`,
    String.raw`^src-main/(?:cli|store|desktop)/`,
    String.raw`^shared/(settings-table\.ts$|settings/)`,
  ].join('|'),
);
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$|<!--[\s\S]*?-->/gm;

const sources = ['src-main', 'shared', 'src-renderer'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((file) => `${room}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.(?:ts|vue)$/.test(file) && !TERMINAL.test(file)),
);

describe('a message', () => {
  it('for the window names settings by title, never by flag', () => {
    const flags = SETTING_KEYS.map((key) => SETTINGS[key].flag)
      .filter((flag) => flag !== null)
      .sort((a, b) => b.length - a.length);
    const option = new RegExp(`(?<![\\w-])(?:${flags.join('|').replaceAll('.', '\\.')})(?![\\w.-])`, 'g');
    const found = sources.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8').replace(COMMENT, '');
      return [...text.matchAll(option)].map(([flag]) => `${file}: ${flag}`);
    });
    expect(sources.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });

  it('of the settings form, such as the help of a setting, contains no flag', () => {
    const texts = SETTING_KEYS.flatMap((key) => {
      const { title, help, unset } = SETTINGS[key] as { title: string; help: string; unset?: string };
      return [title, help, unset ?? ''].map((text) => `${key}: ${text}`);
    });
    expect(texts.filter((text) => /(?<![\w-])--?[a-z]/.test(text))).toEqual([]);
  });

  it('for a terminal has the flags after the titles', () => {
    expect(withFlags('Taken: choose another in the setting “Port” or “Discovery port”.')).toBe(
      'Taken: choose another in the setting “Port” (--port) or “Discovery port” (--discovery.port).',
    );
    expect(withFlags('“Something else” stays')).toBe('“Something else” stays');
  });
});
