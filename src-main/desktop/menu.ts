import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Actions of the menu in addition to Electron's roles. */
export interface MenuActions {
  readonly demo: boolean;
  readonly development: boolean;
  /** Restarts the application with or without the demo network. */
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
  const complete = platform === 'darwin' ? [{ role: 'appMenu' } as const, ...template] : template;
  Menu.setApplicationMenu(Menu.buildFromTemplate(complete));
}
