import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { MENU_COMMANDS } from '../../../shared/model/desktop.ts';
import {
  HELP_PAGES,
  isInPage,
  menuTemplate,
  type MenuActions,
  type MenuState,
} from '../../../src-main/desktop/menu-template.ts';
import { mayOpenExternally } from '../../../src-main/desktop/security.ts';

function build(change: Partial<MenuState> = {}) {
  const calls: unknown[][] = [];
  const record = (name: string) => (argument?: unknown) => void calls.push([name, argument]);
  const actions: MenuActions = {
    ...{ openFile: record('openFile'), run: record('run'), goTo: record('goTo'), zoom: record('zoom') },
    ...{
      restart: record('restart'),
      openFolder: record('openFolder'),
      openPage: record('openPage'),
      openDocs: record('openDocs'),
    },
    reportProblem: record('reportProblem'),
  };
  const menus = menuTemplate({ platform: 'linux', demo: false, development: false, ...change }, actions);
  return { menus, items: menus.flatMap(flat), calls };
}

const flat = (item: MenuItemConstructorOptions): MenuItemConstructorOptions[] => [
  item,
  ...((item.submenu ?? []) as MenuItemConstructorOptions[]).flatMap(flat),
];
const labels = (items: readonly MenuItemConstructorOptions[]) =>
  items.map(({ label, role }) => label ?? role);
const click = (item: MenuItemConstructorOptions | undefined): void =>
  item?.click?.(undefined as never, undefined, undefined as never);

const PLATFORMS = ['linux', 'win32', 'darwin'] as const;

describe('the menu', () => {
  test('has the menus of each system', () => {
    expect(labels(build().menus)).toEqual(['File', 'Edit', 'View', 'Node', 'Help']);
    const mac = build({ platform: 'darwin' }).menus;
    expect(labels(mac)).toEqual(['Enodeck', 'File', 'Edit', 'View', 'Node', 'windowMenu', 'Help']);
  });

  test.each(PLATFORMS)('offers quitting, About, settings and the data folder, %s', (platform) => {
    const items = build({ platform }).items;
    for (const label of ['About Enodeck', 'Open Data Folder', 'Open Log Folder', 'Report a Problem…'])
      expect(labels(items)).toContain(label);
    expect(labels(items).filter((label) => label === 'quit')).toHaveLength(1);
    expect(labels(items).filter((label) => /^Settings/.test(String(label)))).toHaveLength(1);
  });

  test.each(PLATFORMS)('gives no accelerator twice, %s', (platform) => {
    const accelerators = build({ platform, development: true }).items.flatMap(({ accelerator }) =>
      typeof accelerator === 'string' ? [accelerator.replace(/CommandOrControl|Command|Control/, 'Mod')] : [],
    );
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators.length).toBeGreaterThan(12);
  });

  test('leaves the keys of the page to the page: only those with Ctrl or Command, and not Ctrl K', () => {
    const registered = build().items.filter(
      ({ accelerator, registerAccelerator }) => accelerator !== undefined && registerAccelerator !== false,
    );
    for (const { accelerator } of registered)
      expect(accelerator).toMatch(/^((CommandOrControl|Control)\+|F1$)/);
    expect(registered.map(({ accelerator }) => accelerator)).not.toContain('CommandOrControl+K');
  });

  test('has developer tools only in development', () => {
    expect(labels(build().items)).not.toContain('toggleDevTools');
    expect(labels(build().items)).not.toContain('reload');
    expect(labels(build({ development: true }).items)).toContain('toggleDevTools');
  });

  test('runs every command that the page has for it, and no other', () => {
    const { items, calls } = build();
    for (const item of items) click(item);
    const run = calls.flatMap(([name, command]) => (name === 'run' ? [command] : []));
    const inPage = MENU_COMMANDS.filter((command) => command !== 'problem');
    expect([...new Set(run)].sort()).toEqual([...inPage].sort());
    expect(calls).toContainEqual(['reportProblem', undefined]);
  });

  test('offers no action on the node before the node’s data is open', () => {
    const items = build().items.filter(({ id }) => id?.startsWith('node.'));
    expect(items.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['node.start', false],
      ['node.stop', false],
      ['node.restart', false],
    ]);
  });

  test('opens every view of the sidebar by its number', () => {
    const { items, calls } = build();
    for (let n = 1; n <= 8; n++)
      click(items.find(({ accelerator }) => accelerator === `CommandOrControl+${String(n)}`));
    expect(calls.map(([, place]) => (place as { view: string }).view)).toEqual([
      ...['overview', 'peers', 'why', 'doctor', 'discovery', 'inspector', 'nodes', 'logs'],
    ]);
  });

  test('starts the demo, or leaves it', () => {
    const start = build();
    click(start.items.find(({ label }) => label === 'Start the Demo Network'));
    expect(start.calls).toEqual([['restart', 'demo']]);
    const leave = build({ demo: true });
    click(leave.items.find(({ label }) => label === 'Leave the Demo Network'));
    expect(leave.calls).toEqual([['restart', 'own']]);
  });

  test('opens the documentation without the page', () => {
    const { items, calls } = build();
    const item = items.find(({ label }) => label === 'Documentation');
    click(item);
    expect(calls).toEqual([['openDocs', undefined]]);
    expect(isInPage(item?.id ?? '')).toBe(false);
  });

  test('links to pages that may be opened only', () => {
    expect(Object.values(HELP_PAGES).map(mayOpenExternally)).not.toContain(false);
  });
});
