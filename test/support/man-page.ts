import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { SETTING_GROUPS } from '../../shared/model/settings.ts';
import type { SettingSpec } from '../../shared/setting-spec.ts';
import { SETTING_KEYS, SETTINGS } from '../../shared/settings-table.ts';
import { settingVariable } from '../../src-main/app/launch-options.ts';
import { createRootCommand } from '../../src-main/cli/cli.ts';
import { TOOL_COMMANDS } from '../../src-main/cli/tool-commands.ts';
import { defaultOfOption } from './flags-page.ts';

/** What one manual page has besides the options and commands. */
interface Page {
  readonly name: string;
  readonly mode: 'desktop' | 'headless';
  readonly purpose: string;
  readonly description: readonly string[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly files: readonly (readonly [path: string, meaning: string])[];
  readonly seeAlso: string;
}

const DATA_FOLDER = [
  '~/.local/share/enodeck',
  'data folder: node key, settings, node lists, database and logs. XDG_DATA_HOME and --datadir move it.',
] as const;

const PAGES: readonly Page[] = [
  {
    name: 'enodeck',
    mode: 'desktop',
    purpose: 'node of Ethereum’s peer-to-peer network, with a window',
    description: [
      'Enodeck is a node of devp2p, Ethereum’s peer-to-peer layer. It finds nodes by discv4, discv5 and DNS node lists, opens RLPx sessions and speaks eth and snap. It stores no chain. Its window shows peers, discovery and each message.',
      'Links (enode: and enr:), node lists, geth’s TOML and recordings may follow the options; they are shown before anything is done with them.',
      'Without a command it runs a node. Each option has a variable, which the option overrides.',
    ],
    examples: [
      ['enodeck --demo', 'A private network on loopback addresses.'],
      ['enodeck --sepolia', 'A node on Sepolia.'],
    ],
    files: [
      DATA_FOLDER,
      ['/usr/share/applications/enodeck.desktop', 'entry of the menu, and handler of enode: and enr: links.'],
    ],
    seeAlso: 'enodeck-headless',
  },
  {
    name: 'enodeck-headless',
    mode: 'headless',
    purpose: 'enodeck without a window: its page for a browser, and JSON-RPC',
    description: [
      'The same program as enodeck(1), without Electron’s window: for servers. It serves the page for a browser and JSON-RPC over HTTP and WebSocket. It prints a line “Ready” with the address and the token of the page.',
      'Without a command it runs a node. Each option has a variable, which the option overrides.',
    ],
    examples: [
      ['enodeck-headless --demo', 'A private network on loopback addresses.'],
      ['enodeck-headless --http.port 9000', 'The page on port 9000.'],
      ['systemctl --user start enodeck', 'A node that runs as a service of the user.'],
    ],
    files: [DATA_FOLDER],
    seeAlso: 'enodeck',
  },
];

/** The manual pages by their file names, such as `enodeck.1`. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map(PAGES.map((page) => [`${page.name}.1`, manPage(page)]));
}

function manPage(page: Page): string {
  const root = createRootCommand({}, { mode: page.mode, version: '0' }, ignore, ignore, TOOL_COMMANDS);
  const run = root.commands.find((command) => command.name() === 'run');
  const packageFile = resolve(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return [
    '.\\" Generated from the settings table and the options of the commands by',
    '.\\" npx vitest run test/unit/project/man-pages.test.ts \\-u',
    `.TH ${page.name.toUpperCase().replaceAll('-', '\\-')} 1 "" "Enodeck ${version}" "User Commands"`,
    '.SH NAME',
    `${text(page.name)} \\- ${text(page.purpose)}`,
    '.SH SYNOPSIS',
    `.B ${text(page.name)}`,
    '.RI [ option ...] ...',
    '.br',
    `.B ${text(page.name)}`,
    '.I command',
    '.RI [ option ...] ...',
    '.SH DESCRIPTION',
    page.description.map(text).join('\n.PP\n'),
    '.SH OPTIONS',
    ...SETTING_GROUPS.flatMap(groupLines),
    '.SS Not saved',
    ...(run === undefined ? [] : othersOf(run)).flatMap((option) =>
      entry(option.flags, meaningOf(option, settingVariable(option.long ?? ''))),
    ),
    '.SH COMMANDS',
    ...root.commands.filter((command) => command !== run).flatMap((command) => commandLines(command)),
    '.SH FILES',
    ...page.files.flatMap(([path, meaning]) => entry(path, meaning)),
    '.SH EXAMPLES',
    ...page.examples.flatMap(([command, meaning]) => entry(command, meaning)),
    '.SH EXIT STATUS',
    text('0 after an ordinary end, 1 after a failure, 2 for a wrong option or argument.'),
    '.SH SEE ALSO',
    `.BR ${text(page.seeAlso)} (1)`,
    '',
  ].join('\n');
}

function groupLines(group: (typeof SETTING_GROUPS)[number]): string[] {
  const specs = SETTING_KEYS.map((key): SettingSpec => SETTINGS[key]).filter((spec) => spec.group === group);
  if (specs.every(({ flag }) => flag === null)) return [];
  return [
    `.SS ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
    ...specs.flatMap((spec) => (spec.flag === null ? [] : settingLines(spec, spec.flag))),
  ];
}

function settingLines(
  { title, help, choices, unit, default: value, unset }: SettingSpec,
  flag: string,
): string[] {
  return entry(
    flag,
    [
      `${title}. ${help}`,
      ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
      ...(unit === undefined ? [] : [`In ${unit}.`]),
      ...defaultLine(value === null ? (unset ?? '') : valueText(value)),
      `Variable ${settingVariable(flag)}.`,
    ].join(' '),
  );
}

function othersOf(run: Command): Option[] {
  const settings = new Set<string | null>(SETTING_KEYS.map((key) => SETTINGS[key].flag));
  return run.options.filter(({ long }) => !settings.has(long ?? ''));
}

function commandLines(command: Command): string[] {
  if (command.commands.length > 0) return command.commands.flatMap(commandLines);
  const group = command.parent?.parent === null ? '' : `${command.parent?.name() ?? ''} `;
  return [
    `.SS ${text(`${group}${command.name()} ${command.usage()}`)}`,
    text(sentenceOf(command.description())),
    ...command.registeredArguments.flatMap((argument) => entry(argument.name(), argument.description)),
    ...command.options.flatMap((option) => entry(option.flags, meaningOf(option))),
  ];
}

function meaningOf(option: Option, variable?: string): string {
  const { description, argChoices } = option;
  return [
    sentenceOf(description),
    ...(argChoices === undefined ? [] : [`One of ${argChoices.join(', ')}.`]),
    ...defaultLine(defaultOfOption(option).replaceAll('`', '')),
    ...(variable === undefined ? [] : [`Variable ${variable}.`]),
  ].join(' ');
}

const sentenceOf = (description: string): string =>
  `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;

const defaultLine = (value: string): string[] => (value === '' ? [] : [`Default: ${value}.`]);

const valueText = (value: SettingSpec['default']): string =>
  Array.isArray(value) ? value.join(',') : String(value);

const entry = (term: string, meaning: string): string[] => ['.TP', `.B ${text(term)}`, text(meaning)];

/** Characters of the texts that a manual page writes as escapes. */
const ESCAPES: Record<string, string> = {
  '\\': '\\e',
  '-': '\\-',
  '’': '\\(cq',
  '“': '\\(lq',
  '”': '\\(rq',
  '…': '...',
};

/** A line of text; a dot or an apostrophe at its start would be a request of the formatter. */
function text(line: string): string {
  const escaped = line.replace(/[\\\-’“”…]/g, (character) => ESCAPES[character] ?? character);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

const ignore = (): void => undefined;
