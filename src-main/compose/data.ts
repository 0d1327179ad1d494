import { openChainSource, type OpenedSource } from './chain.ts';
import type { StopStep } from '../../shared/model/desktop.ts';
import type { SettingKey } from '../../shared/settings-table.ts';
import { defaultDataFolder, placeOf, type LaunchPlace } from '../app/data-location.ts';
import { EffectiveSettings } from '../app/effective-settings.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { openDespiteSettings } from '../app/set-aside.ts';
import { loadNetwork } from '../app/network-selection.ts';
import { assertStartable } from '../app/setting-checks.ts';
import { attributeFailure } from '../app/setting-failure.ts';
import { VERSION } from '../app/version.ts';
import type { CloseStack } from '../base/close-stack.ts';
import type { EnodeckError } from '../base/errors.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import type { Network } from '../chain/networks.ts';
import { DEMO_CHAIN } from '../demo/network.ts';
import { openDataFolder, type DataFolder } from '../store/data-folder.ts';
import { dataPathsOf } from '../store/data-paths.ts';
import { FirstStart, isUnused } from '../store/first-start.ts';
import { openIdentity, readKeyFile, type Identity } from '../store/identity.ts';
import type { SecretProtector } from '../store/key-file.ts';
import { KeyFolder } from '../store/key-folder.ts';
import { replaceFile, type ReplaceFile } from '../store/replace-file.ts';
import { SettingsStore } from '../store/settings-store.ts';
import { UnsavedFiles } from '../store/unsaved-files.ts';
import { makeWritable } from '../store/writable-folder.ts';

/** The settings and what they select. A setting can keep each of these from opening. */
export interface NodeData {
  readonly settings: EffectiveSettings;
  readonly network: Network;
  readonly folder: DataFolder;
  /** Settings and node lists that could not be written to disk. */
  readonly unsaved: UnsavedFiles;
  readonly identity: Identity;
  /** The chosen source of the chain. */
  readonly chain: OpenedSource;
  /** The key files of the data folder. */
  readonly keys: KeyFolder;
  /** Settings that were set aside, with the fault of each; the node does not start until they are changed. */
  readonly blockedBy: ReadonlyMap<SettingKey, EnodeckError>;
  /** The choice at the first start of the data folder. */
  readonly firstStart: FirstStart;
}

/** What the program that opens the data provides. */
export interface DataSurroundings {
  readonly mode: 'desktop' | 'headless';
  readonly environment: NodeJS.ProcessEnv;
  /** Keeps the node key in the system's keyring, where there is one. */
  readonly protector?: SecretProtector;
}

/**
 * Opens settings, network, data folder and node key. The desktop application sets aside a setting that keeps them from
 * opening, so that its window can report the setting and offer to reset it.
 * @param closing closes what was opened; closed when this throws
 * @throws StoreError, SettingsError, SettingFailure or OptionError: one sentence that says what to do
 */
export async function openData(
  options: LaunchOptions,
  surroundings: DataSurroundings,
  closing: CloseStack<StopStep>,
): Promise<NodeData> {
  const root = options.dataFolder ?? defaultDataFolder(process.platform, surroundings.environment);
  const wasUnused = await isUnused(root);
  const { opened, blockedBy } = await openDespiteSettings({
    open: (setAside) => openWithout(setAside, options, surroundings, closing),
    close: () => closing.close(),
    maySetAside: surroundings.mode === 'desktop',
  });
  const canAsk = surroundings.mode === 'desktop' && !options.hidden && !namesNetwork(options);
  const firstStart = await FirstStart.open(root, { wasUnused, canAsk });
  return { ...opened, blockedBy, firstStart };
}

/** Whether the command line or the environment says which network to join. */
const namesNetwork = ({ demo, settings: { values } }: LaunchOptions): boolean =>
  demo || [values.network, values.genesis, values.networkId].some((value) => value !== undefined);

async function openWithout(
  setAside: readonly SettingKey[],
  options: LaunchOptions,
  { environment, protector }: DataSurroundings,
  closing: CloseStack<StopStep>,
): Promise<Omit<NodeData, 'blockedBy' | 'firstStart'>> {
  const place = placeOf(options, process.platform, environment, setAside);
  makeWritable(place.folder);
  const unsaved = new UnsavedFiles(systemClock);
  closing.add(() => {
    unsaved.close();
  });
  const settings = await openSettings(place, options, setAside, unsaved.watching(replaceFile));
  await assertStartable(settings);
  const network = await openNetwork(options, settings);
  const folder = await openFolder(place, settings);
  closing.add(() => folder.close(), 'database');
  const identity = await openKey(folder.paths.folder, settings, protector);
  const keys = new KeyFolder({ folder: folder.paths.folder, clock: systemClock, protector });
  const chain = await openChainSource(settings, network, folder.paths.chain, closing);
  return { settings, network, folder, unsaved, identity, keys, chain };
}

async function openSettings(
  { root, folder }: LaunchPlace,
  options: LaunchOptions,
  setAside: readonly SettingKey[],
  replace: ReplaceFile,
): Promise<EffectiveSettings> {
  const ofFolder = await SettingsStore.open(dataPathsOf(folder).settings, replace, setAside);
  // The demo has its own network.
  const isOne = root === folder || options.demo;
  const ofRoot = isOne ? ofFolder : await SettingsStore.open(dataPathsOf(root).settings, replace, setAside);
  return new EffectiveSettings({ folder: ofFolder, root: ofRoot }, options, setAside);
}

/** Loads the genesis file first without and then with the fork times, so that a failure names the setting at fault. */
async function openNetwork({ demo }: LaunchOptions, settings: EffectiveSettings): Promise<Network> {
  if (demo) return DEMO_CHAIN;
  const current = settings.current();
  const plain = { ...current, forkOverrides: [] };
  const network = await attributeFailure(settings, 'genesis', () => loadNetwork(plain));
  if (current.forkOverrides.length === 0) return network;
  return await attributeFailure(settings, 'forkOverrides', () => loadNetwork(current));
}

async function openFolder({ folder }: LaunchPlace, settings: EffectiveSettings): Promise<DataFolder> {
  const { nodeDatabase } = settings.current();
  return await openDataFolder(folder, {
    program: VERSION,
    databaseFolder: nodeDatabase ?? undefined,
    around: (open) => attributeFailure(settings, 'nodeDatabase', open),
  });
}

async function openKey(
  folder: string,
  settings: EffectiveSettings,
  protector: SecretProtector | undefined,
): Promise<Identity> {
  const { nodeKey } = settings.current();
  if (nodeKey !== null) return await attributeFailure(settings, 'nodeKey', () => readKeyFile(nodeKey));
  return await openIdentity(folder, { random: systemRandom, protector });
}
