import type { SettingKey } from '../../shared/settings-table.ts';
import { createGenesisChain } from '../eth/genesis-chain.ts';
import type { ChainView } from '../eth/chain-view.ts';
import type { Network } from '../chain/networks.ts';
import { loadNetwork } from '../app/network-selection.ts';
import { DEMO_NETWORK } from '../demo/network.ts';
import { blamed, settingAtFault } from '../app/setting-failure.ts';
import { assertStartable, type ChoosePath } from '../app/setting-checks.ts';
import { openSessionHistory, type RecordedHistory } from '../app/session-history-control.ts';
import { composeReputation, type ComposedReputation } from './reputation.ts';
import { systemLookUpHost, withTimeout, type LookUpHost } from '../base/host-lookup.ts';
import { bytesToHex } from '../base/bytes.ts';
import { checkListedIp, parseNetList, type NetList, type RelayRefusal } from '../base/ip.ts';
import type { EnodeckError } from '../base/errors.ts';
import { isOwnError } from '../api/api-error.ts';
import { fileSink, RingSink } from '../base/log-sinks.ts';
import { Log, type LogSink } from '../base/log.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { systemClock, systemRandom } from '../base/system-runtime.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { placeOf, type LaunchPlace } from '../app/data-location.ts';
import { EffectiveSettings } from '../app/effective-settings.ts';
import { EventBus } from '../events/event-bus.ts';
import { logEvents } from '../events/event-log.ts';
import { Statistics } from '../stats/statistics.ts';
import { dataPathsOf, openDataFolder, prepareDataFolder, type DataFolder } from '../store/data-folder.ts';
import { openIdentity, readKeyFile, type Identity, type SecretProtector } from '../store/identity.ts';
import { NodeListStore } from '../store/node-lists.ts';
import { NodeStore } from '../store/node-store.ts';
import { replaceFile, type ReplaceFile } from '../store/replace-file.ts';
import { SettingsStore } from '../store/settings-store.ts';
import { UnsavedFiles } from '../store/unsaved-files.ts';

/** Log lines that the window can look back on. BOUNDED: 5,000. */
const LOG_LINES = 5_000;

/** What the program that composes brings along. */
export interface Surroundings {
  readonly mode: 'desktop' | 'headless';
  readonly environment: NodeJS.ProcessEnv;
  /** Keeps the node key in the system's keyring, where there is one. */
  readonly protector?: SecretProtector;
  /** Opens the system's dialog for a file or a folder, where there is one. */
  readonly choosePath?: ChoosePath;
  /** Log sinks in addition to the file and the window. */
  readonly logSinks: readonly LogSink[];
}

/** What lives from the program's start to its end, whether the node runs or not. */
export interface NodeContext {
  readonly options: LaunchOptions;
  readonly mode: 'desktop' | 'headless';
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly chain: ChainView;
  readonly log: Log;
  readonly logger: Logger;
  readonly logs: RingSink;
  readonly events: EventBus;
  readonly statistics: Statistics;
  readonly folder: DataFolder;
  /** Settings and node lists that the disk did not take. */
  readonly unsaved: UnsavedFiles;
  readonly identity: Identity;
  readonly ownIdHex: string;
  readonly settings: EffectiveSettings;
  readonly lists: NodeListStore;
  readonly nodes: NodeStore;
  readonly bans: ComposedReputation['bans'];
  readonly reputation: ComposedReputation['reputation'];
  readonly sessions: RecordedHistory['sessions'];
  /** Whether the setting `netRestrict`, as it is now, lets us speak to the address. */
  readonly allows: (ip: string) => boolean;
  /** Why an address that a list or a file names is not one to send packets to (base/ip.ts). */
  readonly checkListedIp: (ip: string) => RelayRefusal | undefined;
  readonly lookUpHost: LookUpHost;
  readonly choosePath: ChoosePath | undefined;
  /** Settings that were set aside, with what is wrong with each; the node does not start until they are changed. */
  readonly blockedBy: ReadonlyMap<SettingKey, EnodeckError>;
  close(): Promise<void>;
}

/** Closing functions, called in reverse order. */
type Opened = (() => Promise<void> | void)[];

/**
 * Opens everything that a node needs; when a later part fails, the parts before it are closed. In the desktop application a
 * setting that keeps it from opening is set aside, so that a window can say so and offer to reset it.
 * @throws StoreError, SettingsError, SettingFailure or OptionError: one sentence that says what to do
 */
export async function openNodeContext(
  options: LaunchOptions,
  surroundings: Surroundings,
): Promise<NodeContext> {
  const aside = new Map<SettingKey, EnodeckError>();
  for (;;) {
    try {
      return await openOnce(options, surroundings, aside);
    } catch (error) {
      const key = settingAtFault(error);
      const isHopeless = key === undefined || aside.has(key) || !isOwnError(error);
      if (surroundings.mode !== 'desktop' || isHopeless) throw error;
      aside.set(key, error);
    }
  }
}

async function openOnce(
  options: LaunchOptions,
  surroundings: Surroundings,
  aside: ReadonlyMap<SettingKey, EnodeckError>,
): Promise<NodeContext> {
  const place = placeOf(options, process.platform, surroundings.environment, [...aside.keys()]);
  await prepareDataFolder(place.folder);
  const unsaved = new UnsavedFiles(systemClock);
  const settings = await openSettings(place, options, [...aside.keys()], unsaved.watching(replaceFile));
  const { nodeDatabase } = settings.current();
  await assertStartable(settings);
  const network = await openNetwork(options, settings);
  const folder = await openFolder(place, settings, nodeDatabase);
  const opened: Opened = [
    () => folder.close(),
    () => {
      unsaved.close();
    },
  ];
  const close = async (): Promise<void> => {
    for (const end of opened.reverse()) await end();
    opened.length = 0;
  };
  try {
    const context = await buildNodeContext(
      { folder, network, settings, unsaved },
      options,
      surroundings,
      opened,
    );
    return { ...context, blockedBy: aside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The genesis file by itself, then with the fork times, so that the one at fault is named. */
async function openNetwork({ demo }: LaunchOptions, settings: EffectiveSettings): Promise<Network> {
  if (demo) return DEMO_NETWORK;
  const current = settings.current();
  const plain = { ...current, forkOverrides: [] };
  const network = await blamed(settings, 'genesis', () => loadNetwork(plain));
  if (current.forkOverrides.length === 0) return network;
  return await blamed(settings, 'forkOverrides', () => loadNetwork(current));
}

async function openFolder(
  { folder }: LaunchPlace,
  settings: EffectiveSettings,
  nodeDatabase: string | null,
): Promise<DataFolder> {
  if (nodeDatabase === null) return await openDataFolder(folder);
  return await openDataFolder(folder, nodeDatabase, (open) => blamed(settings, 'nodeDatabase', open));
}

async function openSettings(
  { root, folder }: LaunchPlace,
  options: LaunchOptions,
  aside: readonly SettingKey[],
  replace: ReplaceFile,
): Promise<EffectiveSettings> {
  const ours = await SettingsStore.open(dataPathsOf(folder).settings, replace, aside);
  // The demo has its own network.
  const isOne = root === folder || options.demo;
  const roots = isOne ? ours : await SettingsStore.open(dataPathsOf(root).settings, replace, aside);
  return new EffectiveSettings({ folder: ours, root: roots }, options, aside);
}

async function buildNodeContext(
  { folder, network, settings, unsaved }: Pick<NodeContext, 'folder' | 'network' | 'settings' | 'unsaved'>,
  options: LaunchOptions,
  surroundings: Surroundings,
  opened: Opened,
): Promise<Omit<NodeContext, 'close' | 'blockedBy'>> {
  const clock = systemClock;
  const random = systemRandom;
  const { log, logger, logs } = composeLog(folder, clock, settings, surroundings.logSinks, opened);
  folder.database.logTo(logger.child('store'));
  const events = new EventBus(clock, logger.child('events'));
  const statistics = new Statistics(events, clock, network);
  opened.push(() => {
    statistics.close();
  });
  opened.push(logEvents(events, logger));
  opened.push(followSettings(settings, log, events));
  const identity = await composeIdentity(folder, settings, random, surroundings.protector);
  for (const { code, message } of identity.warnings) logger.child('identity').warn(message, { code });
  const ownIdHex = bytesToHex(nodeIdOf(identity.publicKey));
  const file = folder.paths.nodeLists;
  const replace = unsaved.watching(replaceFile);
  const lists = await NodeListStore.open({ file, clock, events, ownIdHex, replaceFile: replace });
  const { database } = folder;
  const nodes = await NodeStore.open({ database, clock, random, logger: logger.child('store') });
  await nodes.start();
  opened.push(() => nodes.stop());
  const known = { options, folder, clock, events, logger, ownIdHex, lists, settings, statistics };
  const judged = await composeReputation(known);
  opened.push(() => judged.close());
  const history = await openSessionHistory({ ...known, reputation: judged.reputation });
  opened.push(() => history.close());
  return {
    options,
    mode: surroundings.mode,
    clock,
    random,
    network,
    chain: createGenesisChain(network, clock),
    log,
    logger,
    logs,
    events,
    statistics,
    folder,
    unsaved,
    identity,
    ownIdHex,
    settings,
    lists,
    nodes,
    bans: judged.bans,
    reputation: judged.reputation,
    sessions: history.sessions,
    ...addressRules(settings),
    choosePath: surroundings.choosePath,
    lookUpHost: withTimeout(systemLookUpHost, clock),
  };
}

/** What the settings, as they are now, say of addresses. */
function addressRules(settings: EffectiveSettings): Pick<NodeContext, 'allows' | 'checkListedIp'> {
  const allowedBy = allowedNetworks(settings);
  return {
    allows: (ip) => settings.current().netRestrict.length === 0 || allowedBy().contains(ip),
    checkListedIp: (ip) => checkListedIp(ip, allowedBy(), settings.current().addresses),
  };
}

function composeLog(
  folder: DataFolder,
  clock: Clock,
  settings: EffectiveSettings,
  sinks: readonly LogSink[],
  opened: Opened,
): Pick<NodeContext, 'log' | 'logger' | 'logs'> {
  const logs = new RingSink(LOG_LINES);
  const file = fileSink(folder.paths.logs, (reason) => {
    logger.child('log').warn('the log file cannot be written', { reason });
  });
  const log = new Log(clock, [logs, file, ...sinks], settings.current().logLevel);
  const logger = log.logger('');
  opened.push(() => file.close());
  return { log, logger, logs };
}

async function composeIdentity(
  folder: DataFolder,
  settings: EffectiveSettings,
  random: Random,
  protector: SecretProtector | undefined,
): Promise<Identity> {
  const { nodeKey } = settings.current();
  if (nodeKey !== null) return await blamed(settings, 'nodeKey', () => readKeyFile(nodeKey));
  return await openIdentity(folder.paths.folder, { random, protector });
}

/** Says that settings changed, and lets the log keep what it should from now on. */
function followSettings(settings: EffectiveSettings, log: Log, events: EventBus): () => void {
  return settings.onChange(({ logLevel }, keys) => {
    log.setLevel(logLevel);
    events.emit({ type: 'settings/changed', keys });
  });
}

/** The networks that the setting `netRestrict` names now. */
function allowedNetworks(settings: EffectiveSettings): () => NetList {
  let texts: readonly string[] = [];
  let networks = parseNetList('');
  return () => {
    const { netRestrict } = settings.current();
    if (netRestrict !== texts) {
      texts = netRestrict;
      networks = parseNetList(netRestrict.join(','));
    }
    return networks;
  };
}
