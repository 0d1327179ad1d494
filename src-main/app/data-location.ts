import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS, type SettingKey } from '../../shared/settings-table.ts';
import type { LaunchOptions } from './launch-options.ts';
import { dataPathsOf } from '../store/data-paths.ts';
import { SettingsStore } from '../store/settings-store.ts';

/** The folders of a run. */
export interface LaunchPlace {
  /** Folder with the settings that choose the network. The same as `folder` for mainnet and for a given data folder. */
  readonly root: string;
  /** Folder with everything else. */
  readonly folder: string;
}

/** The platform's folder for the data of an application. */
export function defaultDataFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Enodeck');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Enodeck');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'enodeck');
}

/**
 * The given data folder, else the platform's, with a subfolder for each network except mainnet, so that the nodes of
 * networks do not mix. The network is that of the command line, else the saved one.
 * @param passOver settings whose values in the file are ignored
 * @throws SettingsError when the file with the network cannot be used
 */
export function placeOf(
  { dataFolder, demo, settings }: Pick<LaunchOptions, 'dataFolder' | 'demo' | 'settings'>,
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
  passOver: readonly SettingKey[] = [],
): LaunchPlace {
  if (dataFolder !== undefined) return { root: dataFolder, folder: dataFolder };
  const root = defaultDataFolder(platform, environment);
  if (demo) return { root, folder: join(root, 'demo') };
  const saved = SettingsStore.readNow(dataPathsOf(root).settings, passOver);
  const { network, genesis } = { ...DEFAULT_SETTINGS, ...saved, ...settings.values };
  if (genesis !== null) return { root, folder: join(root, 'custom') };
  return { root, folder: network === 'mainnet' ? root : join(root, network) };
}
