import { Menu } from 'electron';
import { menuTemplate, nodeItemId, type MenuActions, type MenuState } from './menu-template.ts';
import { NODE_ACTIONS, type PossibleActions } from './node-actions.ts';

/** Sets the application's menu. @returns enables the items of what can be done with the node; none are enabled before */
export function installMenu(state: MenuState, actions: MenuActions): (possible: PossibleActions) => void {
  const menu = Menu.buildFromTemplate(menuTemplate(state, actions));
  Menu.setApplicationMenu(menu);
  return (possible) => {
    for (const action of NODE_ACTIONS) {
      const item = menu.getMenuItemById(nodeItemId(action));
      if (item !== null) item.enabled = possible[action];
    }
  };
}
