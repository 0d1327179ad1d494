import type { App, Shell } from 'electron';
import type { MenuActions } from './menu.ts';

/** The actions of the menu. @param folder the data folder */
export function createMenuActions(
  app: Pick<App, 'isPackaged' | 'relaunch' | 'quit'>,
  shell: Pick<Shell, 'openPath'>,
  {
    demo,
    folder,
    argv,
  }: { readonly demo: boolean; readonly folder: string; readonly argv: readonly string[] },
): MenuActions {
  return {
    demo,
    development: !app.isPackaged,
    restart(withDemo) {
      const args = argv.slice(1).filter((arg) => arg !== '--demo');
      app.relaunch({ args: withDemo ? [...args, '--demo'] : args });
      app.quit();
    },
    openDataFolder() {
      void shell.openPath(folder);
    },
  };
}
