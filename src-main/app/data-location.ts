import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS, type SettingKey } from '../../shared/settings-table.ts';
import type { LaunchOptions } from './launch-options.ts';
import { dataPathsOf } from '../store/data-folder.ts';
import { SettingsStore } from '../store/settings-store.ts';

/** Where a run keeps what it keeps. */
export interface LaunchPlace {
  /** Holds the settings that choose the network; the same as `folder` where one was named, and for mainnet. */
  readonly root: string;
  /** Everything else. */
  readonly folder: string;
}

/** The folder where the platform keeps an application's data. */
export function defaultDataFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Enodeck');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Enodeck');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'enodeck');
}

/**
 * The folder that was named, else the platform's, with a folder of its own for each network but mainnet, so that their
 * nodes do not mix. The network is the one that the command line names, else the saved one.
 * @param passOver settings whose values in the file are not looked at
 * @throws SettingsError when the file that should say which network cannot be used
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
