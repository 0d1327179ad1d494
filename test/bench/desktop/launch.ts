import { _electron, type ElectronApplication } from 'playwright-core';
import { SANDBOX_FLAGS } from '../../support/start-flags.ts';

/**
 * Starts Electron.
 * @param args the application's folder, and its flags
 * @param userFolder for what Electron keeps outside of the data folder
 */
export function launch(
  electron: string,
  args: readonly string[],
  userFolder: string,
): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: electron,
    args: [...SANDBOX_FLAGS, ...args],
    env: { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: userFolder },
  });
}
