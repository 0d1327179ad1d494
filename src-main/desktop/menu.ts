import { Menu } from 'electron';
import { EnabledItems } from './menu-items.ts';
import { menuTemplate, type MenuActions, type MenuState } from './menu-template.ts';

/** Sets the application's menu. @returns enables its items; those of the node are disabled before */
export function installMenu(state: MenuState, actions: MenuActions): EnabledItems {
  const menu = Menu.buildFromTemplate(menuTemplate(state, actions));
  Menu.setApplicationMenu(menu);
  return new EnabledItems(menu);
}
