import type { App } from 'electron';
import { NODE_SCHEMES } from './node-link.ts';
import { programFile } from './program-file.ts';

/**
 * Opens links and files that macOS hands over, and makes a packaged application the one that opens node links. On Linux
 * the package's desktop file does the latter, and the user's choice among the installed ones stays.
 * @param open takes a link or a path
 */
export function openFromSystem(
  app: Pick<App, 'on' | 'isPackaged' | 'setAsDefaultProtocolClient' | 'isDefaultProtocolClient'>,
  { platform, execPath, env }: Pick<NodeJS.Process, 'platform' | 'execPath' | 'env'>,
  open: (operand: string) => void,
): void {
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open(url);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  if (!app.isPackaged || platform === 'linux') return;
  const file = programFile({ isPackaged: true, executable: execPath, environment: env });
  // On Windows the link follows `--`, so that no link can be read as an option.
  const args: [path?: string, args?: string[]] = platform === 'win32' ? [file, ['--']] : [];
  for (const scheme of NODE_SCHEMES) {
    if (!app.isDefaultProtocolClient(scheme, ...args)) app.setAsDefaultProtocolClient(scheme, ...args);
  }
}
