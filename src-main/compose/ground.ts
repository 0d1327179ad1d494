import { createGenesisChain } from '../eth/genesis-chain.ts';
import type { ChainView } from '../eth/chain-view.ts';
import type { Network } from '../chain/networks.ts';
import { composeNetwork } from './network.ts';
import { systemLookUpHost, withTimeout, type LookUpHost } from '../leaf/host-lookup.ts';
import { bytesToHex } from '../leaf/bytes.ts';
import { parseNetList } from '../leaf/ip.ts';
import { fileSink, RingSink } from '../leaf/log-sinks.ts';
import { Log, type LogSink } from '../leaf/log.ts';
import type { Clock, Logger, Random } from '../leaf/runtime.ts';
import { systemClock, systemRandom } from '../leaf/system-runtime.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import { dataFolderOf, type LaunchOptions } from '../options.ts';
import { EventBus } from '../stats/event-bus.ts';
import { logEvents } from '../stats/event-log.ts';
import { Statistics } from '../stats/statistics.ts';
import { openDataFolder, type DataFolder } from '../store/data-folder.ts';
import { openIdentity, readKeyFile, type Identity, type SecretProtector } from '../store/identity.ts';
import { NodeListStore } from '../store/node-lists.ts';
import { NodeStore } from '../store/node-store.ts';
import { SettingsStore } from '../store/settings-store.ts';
import type { RuntimeSettings } from '../../shared/model/settings.ts';

/** Log lines that the window can look back on. BOUNDED: 5,000. */
const LOG_LINES = 5_000;

/** What the program that composes brings along. */
export interface Surroundings {
  readonly mode: 'desktop' | 'headless';
  readonly environment: NodeJS.ProcessEnv;
  /** Keeps the node key in the system's keyring, where there is one. */
  readonly protector?: SecretProtector;
  /** Where log lines go besides the file and the window. */
  readonly logSinks: readonly LogSink[];
}

/** What lives from the program's start to its end, whether the node runs or not. */
export interface Ground {
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
  readonly identity: Identity;
  readonly ownIdHex: string;
  readonly settings: EffectiveSettings;
  readonly lists: NodeListStore;
  readonly nodes: NodeStore;
  /** Whether --netrestrict lets us speak to the address. */
  readonly allows: (ip: string) => boolean;
  readonly lookUpHost: LookUpHost;
  close(): Promise<void>;
}

/** The settings in force: those of the file, under those that the command line set for this run. */
export class EffectiveSettings {
  readonly #store: SettingsStore;
  readonly #flags: Partial<RuntimeSettings>;

  constructor(store: SettingsStore, flags: Partial<RuntimeSettings>) {
    this.#store = store;
    this.#flags = { ...flags };
  }

  current(): RuntimeSettings {
    return { ...this.#store.current(), ...this.#flags };
  }

  /** Keeps a change; it also goes over what the command line said. */
  async update(change: Partial<RuntimeSettings>): Promise<RuntimeSettings> {
    await this.#store.update(change);
    for (const key of Object.keys(change) as (keyof RuntimeSettings)[])
      Reflect.deleteProperty(this.#flags, key);
    return this.current();
  }
}

/** What was opened, to be closed the other way round. */
type Opened = (() => Promise<void> | void)[];

/**
 * Opens all that a node stands on; what was opened is closed again when a later part fails.
 * @throws StoreError, SettingsError or OptionError: one sentence that says what to do
 */
export async function composeGround(options: LaunchOptions, surroundings: Surroundings): Promise<Ground> {
  const network = await composeNetwork(options);
  const folder = await openDataFolder(dataFolderOf(options, process.platform, surroundings.environment));
  const opened: Opened = [() => folder.close()];
  const close = async (): Promise<void> => {
    for (const end of opened.reverse()) await end();
    opened.length = 0;
  };
  try {
    return { ...(await groundOn(folder, network, options, surroundings, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function groundOn(
  folder: DataFolder,
  network: Network,
  options: LaunchOptions,
  surroundings: Surroundings,
  opened: Opened,
): Promise<Omit<Ground, 'close'>> {
  const clock = systemClock;
  const random = systemRandom;
  const settings = new EffectiveSettings(await SettingsStore.open(folder.paths.settings), options.settings);
  const { log, logger, logs } = composeLog(folder, clock, settings, surroundings.logSinks, opened);
  const events = new EventBus(clock, logger.child('events'));
  const statistics = new Statistics(events, clock);
  opened.push(() => {
    statistics.close();
  });
  opened.push(logEvents(events, logger));
  const identity = await composeIdentity(folder, options, random, surroundings.protector);
  const ownIdHex = bytesToHex(nodeIdOf(identity.publicKey));
  const lists = await NodeListStore.open({ file: folder.paths.nodeLists, clock, events, ownIdHex });
  const storeOptions = { database: folder.database, clock, random, logger: logger.child('store') };
  const nodes = await NodeStore.open(storeOptions);
  await nodes.start();
  opened.push(() => nodes.stop());
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
    identity,
    ownIdHex,
    settings,
    lists,
    nodes,
    allows: restrictionOf(options),
    lookUpHost: withTimeout(systemLookUpHost, clock),
  };
}

function composeLog(
  folder: DataFolder,
  clock: Clock,
  settings: EffectiveSettings,
  sinks: readonly LogSink[],
  opened: Opened,
): Pick<Ground, 'log' | 'logger' | 'logs'> {
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
  { nodeKeyFile }: LaunchOptions,
  random: Random,
  protector: SecretProtector | undefined,
): Promise<Identity> {
  if (nodeKeyFile !== undefined) return await readKeyFile(nodeKeyFile);
  return await openIdentity(folder.paths.folder, { random, protector });
}

function restrictionOf({ netRestrict }: LaunchOptions): (ip: string) => boolean {
  if (netRestrict === undefined) return () => true;
  const networks = parseNetList(netRestrict.join(','));
  return (ip) => networks.contains(ip);
}
