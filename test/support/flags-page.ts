import { SETTING_GROUPS } from '../../shared/model/settings.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS } from '../../shared/settings-table.ts';
import { settingVariable } from '../../src-main/app/launch-options.ts';

const RESTART = {
  none: 'at once',
  node: 'at the next start of the node',
  program: 'at the next start',
} as const;

/** docs/flags.md: the flag of every setting, by group, from the settings table. */
export function flagsPage(): string {
  const groups = SETTING_GROUPS.map((group) => {
    const rows = SETTING_KEYS.map((key): SettingSpec => SETTINGS[key]).filter((spec) => spec.group === group);
    return [
      `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
      '',
      '| flag | variable | default | takes effect | setting |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(rowOf),
      '',
    ].join('\n');
  });
  return ['# Flags', '', INTRODUCTION, '', ...groups].join('\n');
}

const INTRODUCTION =
  'Generated from the settings table by `npx vitest run test/unit/project/flags-page.test.ts -u`.';

function rowOf({ flag, default: value, restart, title, help, choices, unit }: SettingSpec): string {
  const facts = [choices?.join(', '), unit && `in ${unit}`].filter(Boolean).join('; ');
  const about = `${title}. ${help}${facts === '' ? '' : ` (${facts})`}`;
  const cells = [`\`${flag}\``, `\`${settingVariable(flag)}\``, defaultOf(value), RESTART[restart], about];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultOf(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '')}\``;
}
