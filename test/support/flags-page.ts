import type { Command, Option } from 'commander';
import { SETTING_GROUPS } from '../../shared/model/settings.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS } from '../../shared/settings-table.ts';
import { settingVariable } from '../../src-main/app/launch-options.ts';
import { createRootCommand } from '../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../src-main/cli/tool-commands.ts';
import { markdownRow } from './markdown-row.ts';

const RESTART = {
  none: 'at once',
  node: 'at the next start of the node',
  program: 'at the next start',
} as const;

/** docs/flags.md: the flags of the settings by group, then the options of `run` that are not settings and the commands. */
export function flagsPage(): string {
  const groups = SETTING_GROUPS.flatMap((group) => {
    const rows = SETTING_KEYS.map((key): SettingSpec => SETTINGS[key]).filter(
      (spec) => spec.group === group && spec.flag !== null,
    );
    if (rows.length === 0) return [];
    return [
      `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
      '',
      '| flag | variable | default | takes effect | setting |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(rowOf),
      '',
    ].join('\n');
  });
  const root = createRootCommand({}, { mode: 'headless', version: '0' }, ignore, ignore, TOOL_COMMANDS);
  const run = root.commands.find((command) => command.name() === 'run');
  const settings = new Set(SETTING_KEYS.map((key) => SETTINGS[key].flag));
  const others = run?.options.filter(({ long }) => !settings.has(long ?? '')) ?? [];
  return [
    ...['# Flags', '', INTRODUCTION, '', ...groups],
    ...['## Flags that are not settings', '', 'They are not saved.', ''],
    ...['| flag | variable | default | meaning |', '| --- | --- | --- | --- |'],
    ...others.map((option) =>
      markdownRow(flagsOf(option), variableOf(option), defaultOfOption(option), option.description),
    ),
    ...root.commands.filter((command) => command !== run).flatMap((command) => commandSections(command)),
    '',
  ].join('\n');
}

const INTRODUCTION =
  'Generated from the settings table and the options of the commands by `npx vitest run test/unit/project/flags-page.test.ts -u`.';

function rowOf({ flag, default: value, unset, restart, title, help, choices, unit }: SettingSpec): string {
  const facts = [choices?.join(', '), unit && `in ${unit}`].filter(Boolean).join('; ');
  const about = `${title}. ${help}${facts === '' ? '' : ` (${facts})`}`;
  return markdownRow(
    `\`${flag ?? ''}\``,
    `\`${settingVariable(flag ?? '')}\``,
    value === null ? (unset ?? '') : defaultOf(value),
    RESTART[restart],
    about,
  );
}

/** One section for each command without subcommands. */
function commandSections(command: Command): string[] {
  if (command.commands.length > 0) return command.commands.flatMap(commandSections);
  const group = command.parent?.parent === null ? '' : `${command.parent?.name() ?? ''} `;
  const name = `${group}${command.name()}`;
  const head = [
    '',
    `## ${name}`,
    '',
    `\`enodeck ${name} ${command.usage()}\`: ${command.description()}.`,
    '',
  ];
  const args = command.registeredArguments.map(
    (argument) => `- \`${argument.name()}\`: ${argument.description}`,
  );
  if (command.options.length === 0) return [...head, ...args];
  return [
    ...head,
    ...args,
    ...['', '| flag | default | meaning |', '| --- | --- | --- |'],
    ...command.options.map((option) =>
      markdownRow(flagsOf(option), defaultOfOption(option), meaningOf(option)),
    ),
  ];
}

const flagsOf = ({ flags }: Option): string => `\`${flags}\``;

const variableOf = ({ long }: Option): string => `\`${settingVariable(long ?? '')}\``;

const meaningOf = ({ description, argChoices }: Option): string =>
  argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`;

/** The default of an option as Markdown; empty without one. */
export function defaultOfOption({ defaultValue, defaultValueDescription }: Option): string {
  const value: unknown = defaultValueDescription ?? defaultValue;
  return value === undefined ? '' : defaultOf(value);
}

const ignore = (): void => undefined;

function defaultOf(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${Array.isArray(value) ? value.join(',') : JSON.stringify(value).replaceAll('"', '')}\``;
}
