import type { BrowserWindow, Shell } from 'electron';
import type { Logger } from '../base/runtime.ts';
import { HELP_PAGES, type MenuActions } from './menu-template.ts';
import type { Opener } from './opener.ts';
import type { PageCommands } from './page-commands.ts';
import type { Restarter } from './restart.ts';
import { mayOpenExternally } from './security.ts';
import { zoom } from './zoom.ts';

/** What the actions of the menu need. */
export interface MenuActionParts {
  readonly shell: Pick<Shell, 'openPath' | 'openExternal'>;
  readonly commands: Pick<PageCommands, 'send'>;
  readonly opener: Pick<Opener, 'open'>;
  readonly restarter: Pick<Restarter, 'restart'>;
  readonly logger: Pick<Logger, 'warn'>;
  /** The data folder, and that of the log files. */
  readonly folders: Readonly<Record<'data' | 'logs', string>>;
  /** The open window; undefined while there is none. */
  window(): Pick<BrowserWindow, 'webContents'> | undefined;
  /** Brings the window to the front, or opens it. */
  show(): void;
  /** Whether the window has the page, or will have it. */
  hasPage(): boolean;
  /** Saves a diagnostic bundle without the page. */
  saveReport(): Promise<void>;
  /** Shows the documentation. */
  showDocs(): Promise<void>;
  /** Shows a failure in a dialog. */
  complain(message: string, detail: string): Promise<void>;
  /** Opens the system's dialog for a file. @returns undefined when the user cancels */
  chooseFile(title: string): Promise<string | undefined>;
}

/** The actions of the menu. Those in the page also show the window, which may be closed or hidden. */
export function createMenuActions(parts: MenuActionParts): MenuActions {
  const { shell, commands, opener, restarter, logger, folders } = parts;
  const failed = (error: unknown): void => {
    logger.warn('an action of the menu failed', { reason: String(error) });
  };
  return {
    openFile() {
      const open = async (): Promise<void> => {
        const path = await parts.chooseFile('Open nodes, geth’s TOML or a recording');
        if (path !== undefined) await opener.open([path], '/');
      };
      open().catch(failed);
    },
    run(command) {
      commands.send({ kind: 'run', command });
      parts.show();
    },
    goTo(place) {
      commands.send({ kind: 'open-place', place });
      parts.show();
    },
    reportProblem() {
      if (!parts.hasPage()) {
        parts.saveReport().catch(failed);
        return;
      }
      commands.send({ kind: 'run', command: 'problem' });
      parts.show();
    },
    zoom(step) {
      const contents = parts.window()?.webContents;
      if (contents !== undefined) zoom(contents, step);
    },
    restart(target) {
      restarter.restart(target);
    },
    openFolder(folder) {
      const path = folders[folder];
      const open = async (): Promise<void> => {
        // Electron resolves with the reason.
        const reason = await shell.openPath(path);
        if (reason !== '') await parts.complain(`The folder cannot be opened: ${path}`, reason);
      };
      open().catch(failed);
    },
    openPage(page) {
      const url = HELP_PAGES[page];
      if (mayOpenExternally(url)) shell.openExternal(url).catch(failed);
    },
    openDocs() {
      parts.showDocs().catch(failed);
    },
  };
}
