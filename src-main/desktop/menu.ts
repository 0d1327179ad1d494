import { Menu } from 'electron';
import { menuTemplate, type MenuActions, type MenuState } from './menu-template.ts';

/** Sets the application's menu. */
export function installMenu(state: MenuState, actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(state, actions)));
}
