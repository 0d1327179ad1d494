import { join } from 'node:path';
import type { App } from 'electron';
import { SETTING_KEYS } from '../../shared/settings-table.ts';
import { placeOf, type LaunchPlace } from '../app/data-location.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { makeWritable } from '../store/writable-folder.ts';

/**
 * The folders of this run. Electron's user data is set to a subfolder of the data folder, so that its lock allows one
 * process per data folder.
 * @throws SettingsError when the file with the network cannot be used; StoreError when a folder cannot be created or written
 */
export function openPlace(
  options: LaunchOptions,
  app: Pick<App, 'setPath'>,
  { platform, env }: Pick<NodeJS.Process, 'platform' | 'env'>,
): LaunchPlace {
  // The window reports a setting with a wrong value.
  const place = placeOf(options, platform, env, SETTING_KEYS);
  const userData = join(place.folder, 'desktop');
  // If it cannot be written, Electron would report a second instance.
  makeWritable(place.folder);
  makeWritable(userData);
  app.setPath('userData', userData);
  return place;
}
