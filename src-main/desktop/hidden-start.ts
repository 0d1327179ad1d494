import type { App } from 'electron';
import type { LaunchOptions } from '../app/launch-options.ts';

/**
 * Whether this start opens no window: by --hidden, or because macOS, whose login items have no arguments, has started the
 * application at login. To be asked when the application is ready.
 */
export function isHiddenStart(
  { hidden }: Pick<LaunchOptions, 'hidden'>,
  app: Pick<App, 'getLoginItemSettings'>,
  platform: NodeJS.Platform,
): boolean {
  if (hidden || platform !== 'darwin') return hidden;
  const { openAtLogin, wasOpenedAtLogin } = app.getLoginItemSettings();
  // macOS also opens again what was open before the logout.
  return openAtLogin && wasOpenedAtLogin;
}
