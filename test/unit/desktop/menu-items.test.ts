import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { EnabledItems, type MenuItems } from '../../../src-main/desktop/menu-items.ts';
import { menuTemplate, type MenuActions } from '../../../src-main/desktop/menu-template.ts';

type Item = MenuItems['items'][number] & { readonly label: string };

/** The items as Electron constructs them from the template. */
const itemsOf = (template: readonly MenuItemConstructorOptions[]): Item[] =>
  template.map(({ id, label, role, enabled, submenu }) => ({
    ...(id !== undefined && { id }),
    ...{ label: label ?? role ?? '', enabled: enabled ?? true },
    // Electron has null where there is none.
    submenu: Array.isArray(submenu) ? { items: itemsOf(submenu) } : null,
  }));

function build() {
  const nothing = (): void => undefined;
  const actions: MenuActions = {
    ...{ openFile: nothing, run: nothing, goTo: nothing, zoom: nothing, reportProblem: nothing },
    ...{ restart: nothing, openFolder: nothing, openPage: nothing, openDocs: nothing },
  };
  const items = itemsOf(menuTemplate({ platform: 'linux', demo: false, development: true }, actions));
  const flat = (all: readonly Item[]): Item[] =>
    all.flatMap((item) => [item, ...flat((item.submenu?.items ?? []) as Item[])]);
  const isEnabled = (label: string) => flat(items).find((item) => item.label === label)?.enabled;
  return { enabled: new EnabledItems({ items }), isEnabled };
}

const RUNNING = { start: false, stop: true, restart: true };

test('without the page only what the program itself does is enabled', () => {
  const { enabled, isEnabled } = build();
  enabled.offerActions(RUNNING);
  enabled.offerPage(false);
  for (const label of ['Overview', 'Settings', 'Open File…', 'Add Node…', 'Dark', 'About Enodeck', 'Stop'])
    expect([label, isEnabled(label)]).toEqual([label, false]);
  for (const label of ['Report a Problem…', 'Open Log Folder', 'Start the Demo Network', 'Zoom In', 'quit'])
    expect([label, isEnabled(label)]).toEqual([label, true]);
});

test('the window is expected to have the page', () => {
  const { enabled, isEnabled } = build();
  enabled.offerActions(RUNNING);
  expect(['Overview', 'Stop', 'Start'].map(isEnabled)).toEqual([true, true, false]);
});

test('with the page again, its items are enabled, and of those of the node what can be done', () => {
  const { enabled, isEnabled } = build();
  enabled.offerPage(false);
  enabled.offerActions(RUNNING);
  expect(isEnabled('Stop')).toBe(false);
  enabled.offerPage(true);
  expect(['Overview', 'Stop', 'Restart', 'Start'].map(isEnabled)).toEqual([true, true, true, false]);
});
