import type { App } from 'electron';

/** The application ID of the packages. The installer of Windows gives it to the shortcut in the Start menu. */
export const APP_ID = 'org.enodeck.enodeck';

/**
 * Makes the windows and notifications of the process those of the installed shortcut; Windows shows no notification of a
 * process that names no shortcut. To be called before the first window.
 */
export function nameForWindows(
  app: Pick<App, 'isPackaged' | 'setAppUserModelId'>,
  { platform, execPath }: Pick<NodeJS.Process, 'platform' | 'execPath'>,
): void {
  // A working copy has no shortcut; its Electron is a name of its own.
  if (platform === 'win32') app.setAppUserModelId(app.isPackaged ? APP_ID : execPath);
}
