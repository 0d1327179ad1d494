import { Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu does beyond the roles that Electron knows. */
export interface MenuActions {
  readonly demo: boolean;
  readonly development: boolean;
  /** Starts the application anew with the demo network, or without it. */
  restart(demo: boolean): void;
  openDataFolder(): void;
}

/** Sets the application's menu. */
export function installMenu(platform: NodeJS.Platform, actions: MenuActions): void {
  const node: MenuItemConstructorOptions = {
    label: 'Node',
    submenu: [
      actions.demo
        ? { label: 'Leave the demo network', click: () => actions.restart(false) }
        : { label: 'Start the demo network', click: () => actions.restart(true) },
      { label: 'Open the data folder', click: () => actions.openDataFolder() },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'reload' },
      ...(actions.development ? [{ role: 'toggleDevTools' } as const] : []),
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const template: MenuItemConstructorOptions[] = [node, { role: 'editMenu' }, view, { role: 'windowMenu' }];
  const whole = platform === 'darwin' ? [{ role: 'appMenu' } as const, ...template] : template;
  Menu.setApplicationMenu(Menu.buildFromTemplate(whole));
}
