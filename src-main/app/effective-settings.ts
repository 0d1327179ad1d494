import type { SettingSource, SettingView } from '../../shared/model/settings.ts';
import { shownValue, type SettingSpec } from '../../shared/setting-spec.ts';
import { CHAIN_SETTING_KEYS } from '../../shared/settings/chain.ts';
import {
  DEFAULT_SETTINGS,
  SETTING_KEYS,
  SETTINGS,
  type NodeSettings,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import {
  settingVariable,
  withoutSettings,
  type LaunchOptions,
  type LaunchSettings,
} from './launch-options.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { isSameValue, type SavedSettings, type SettingsStore } from '../store/settings-store.ts';

/** Settings that choose the network and with it the data folder: they are in the file of the root folder. */
export const ROOT_KEYS: readonly SettingKey[] = ['network', 'genesis', 'networkId'];

/** Settings that the demo fixes, also against the settings file: its network is this machine alone. */
const DEMO_FIXED: SavedSettings = {
  genesis: null,
  networkId: null,
  forkOverrides: [],
  netRestrict: ['127.0.0.0/8', '::1/128'],
  nat: 'none',
  bootnodes: null,
  // The demo has its own list, with a resolver in this process.
  discoveryDns: null,
  dnsServer: null,
  // The demo has its own client, in this process.
  chain: 'sentry',
  sentry: null,
  sentryJwt: null,
  sentryHeaders: [],
  chainImport: [],
  observeTransactions: false,
};
const DEMO_DEFAULTS: SavedSettings = { addresses: ['127.0.0.1', '::1'], port: 0 };
const DEMO_FIXED_KEYS: readonly SettingKey[] = [
  'network',
  'genesis',
  'networkId',
  'forkOverrides',
  'netRestrict',
  'nat',
  'bootnodes',
  'discoveryDns',
  'dnsServer',
  ...CHAIN_SETTING_KEYS,
  'observeTransactions',
];

/** The files of the settings. */
export interface SettingsStores {
  /** Of the run's folder. */
  readonly folder: SettingsStore;
  /** Of the root folder; the same object where that is the same folder. */
  readonly root: SettingsStore;
}

type Sources = Readonly<Record<SettingKey, SettingSource>>;

/** Values with the source of each. */
interface Sourced {
  readonly values: NodeSettings;
  readonly sources: Sources;
}

/**
 * The effective settings: defaults, overridden by the file, overridden by the environment and the command line until the
 * user changes the setting. A setting that needs a restart keeps its value until then.
 */
export class EffectiveSettings {
  readonly #stores: SettingsStores;
  readonly #defaults: NodeSettings;
  readonly #fixed: SavedSettings;
  readonly #fixedKeys: readonly SettingKey[];
  /** Values of the command line and the environment, without those that the user has changed since. */
  #launch: LaunchSettings;
  /** The settings that the command line and the environment give. */
  readonly #launched: readonly SettingKey[];
  /** The settings after a restart of the program. */
  #next: Sourced;
  #effective: Sourced;
  /** Settings that prevent a start: their defaults are effective until the user changes them. */
  readonly #setAside: Set<SettingKey>;
  readonly #listeners = new Set<(settings: NodeSettings, keys: readonly SettingKey[]) => void>();

  /** @param setAside settings whose defaults are effective instead of their values */
  constructor(
    stores: SettingsStores,
    { demo, settings }: Pick<LaunchOptions, 'demo' | 'settings'>,
    setAside: readonly SettingKey[] = [],
  ) {
    this.#setAside = new Set(setAside);
    this.#stores = stores;
    this.#launch = settings;
    this.#launched = SETTING_KEYS.filter((key) => settings.values[key] !== undefined);
    this.#defaults = demo ? { ...DEFAULT_SETTINGS, ...DEMO_DEFAULTS } : DEFAULT_SETTINGS;
    this.#fixed = demo ? DEMO_FIXED : {};
    this.#fixedKeys = demo ? DEMO_FIXED_KEYS : [];
    this.#next = this.#read();
    this.#effective = {
      values: { ...this.#next.values, ...pickKeys(this.#defaults, setAside) },
      sources: { ...this.#next.sources, ...Object.fromEntries(setAside.map((key) => [key, 'default'])) },
    };
  }

  /** The effective settings. */
  current(): NodeSettings {
    return this.#effective.values;
  }

  /** The settings after a restart of the program. */
  upcoming(): NodeSettings {
    return this.#next.values;
  }

  /** Whether the demo fixes a setting. */
  isFixed(key: SettingKey): boolean {
    return this.#fixedKeys.includes(key);
  }

  /** The values that the user has saved, from both files. */
  saved(): SavedSettings {
    const folder = this.#stores.folder.saved();
    const root = this.#stores.root.saved();
    return Object.fromEntries(
      SETTING_KEYS.map((key) => [key, (ROOT_KEYS.includes(key) ? root : folder)[key]]).filter(
        ([, value]) => value !== undefined,
      ),
    ) as SavedSettings;
  }

  /** The source of the effective value. */
  sourceOf(key: SettingKey): SettingSource {
    return this.#effective.sources[key];
  }

  /** The source of the value after a restart of the program. */
  upcomingSourceOf(key: SettingKey): SettingSource {
    return this.#next.sources[key];
  }

  /** The source of the effective value as a phrase: "from the flag --port". */
  originOf(key: SettingKey): string {
    const { flag } = SETTINGS[key];
    const { root, folder } = this.#stores;
    switch (this.sourceOf(key)) {
      case 'default':
        return 'which is the default';
      case 'file':
        return `from ${(ROOT_KEYS.includes(key) ? root : folder).file}`;
      case 'environment':
        return `from the variable ${settingVariable(flag ?? '')}`;
      case 'flag':
        return `from the flag ${flag ?? ''}`;
      case 'demo':
        return 'which the demo sets';
    }
  }

  /** Whether the default of a setting is effective because its value prevents a start. */
  isSetAside(key: SettingKey): boolean {
    return this.#setAside.has(key);
  }

  /** Applies the settings that need a restart of the node. */
  beginRun(): void {
    this.#apply(['node', 'none']);
  }

  /**
   * Saves a change, which also overrides the command line.
   * @throws ApiError `not-editable` for a setting that the demo fixes; SettingsError when a file cannot be written
   */
  async update(change: SettingsChange): Promise<void> {
    const keys = SETTING_KEYS.filter((key) => change[key] !== undefined);
    this.#assertEditable(keys);
    const part = (wanted: readonly SettingKey[]): SettingsChange =>
      Object.fromEntries(wanted.map((key) => [key, change[key]]));
    await this.#write(keys, (store, ours) => store.update(part(ours)));
  }

  /** Resets a setting to its default, also when the command line has a value. @throws as `update` */
  async reset(key: SettingKey): Promise<void> {
    this.#assertEditable([key]);
    await this.#write([key], (store, ours) => store.reset(ours));
  }

  /**
   * Reads both files again. The command line and the environment still override them.
   * @param check refuses the new values of a file by throwing
   * @returns the keys whose saved values changed
   * @throws SettingsError, and what `check` throws; the file with the fault changes nothing, the other one counts
   */
  async reload(check: (change: SettingsChange) => Promise<void>): Promise<readonly SettingKey[]> {
    const { folder, root } = this.#stores;
    const editable = SETTING_KEYS.filter((key) => !this.isFixed(key));
    const changed: SettingKey[] = [];
    for (const [store, ours] of storesOf(editable, folder, root)) {
      const before = this.#next.values;
      const keys = await store.reload(ours, (change) => check(withoutUndefined(change)));
      if (keys.length > 0) this.#announce(keys, before);
      changed.push(...keys);
    }
    return changed;
  }

  /** The views of all settings, in the order of the table. */
  views(): readonly SettingView[] {
    return SETTING_KEYS.map((key) => this.#view(key));
  }

  /** Settings of the command line and the environment that the user has changed since: the change overrides them. */
  overridden(): readonly SettingKey[] {
    return this.#launched.filter((key) => this.#launch.values[key] === undefined);
  }

  /** Calls the listener with the effective settings after each change, and the keys that changed. */
  onChange(listener: (settings: NodeSettings, keys: readonly SettingKey[]) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #assertEditable(keys: readonly SettingKey[]): void {
    const fixed = keys.find((key) => this.isFixed(key));
    if (fixed === undefined) return;
    throw new ApiError(
      'not-editable',
      `“${SETTINGS[fixed].title}” cannot be changed in the demo: its network is this machine alone.`,
      fixed,
    );
  }

  async #write(
    keys: readonly SettingKey[],
    write: (store: SettingsStore, keys: readonly SettingKey[]) => Promise<readonly SettingKey[]>,
  ): Promise<void> {
    const { folder, root } = this.#stores;
    for (const [store, ours] of storesOf(keys, folder, root)) {
      const before = this.#next.values;
      await write(store, ours);
      for (const key of ours) this.#setAside.delete(key);
      this.#launch = withoutSettings(this.#launch, ours);
      this.#announce(ours, before);
    }
  }

  /** @param keys the settings that were saved: a value that is saved unchanged may have another source now */
  #announce(keys: readonly SettingKey[], before: NodeSettings): void {
    this.#next = this.#read();
    this.#apply(['none']);
    const changed = SETTING_KEYS.filter(
      (key) => keys.includes(key) || !isSameValue(before[key], this.#next.values[key]),
    );
    for (const listener of this.#listeners) listener(this.current(), changed);
  }

  /** Makes pending values effective that need a restart of these kinds. */
  #apply(kinds: readonly SettingView['restart'][]): void {
    const taken = SETTING_KEYS.filter(
      (key) => kinds.includes(SETTINGS[key].restart) && !this.#setAside.has(key),
    );
    this.#effective = {
      values: { ...this.#effective.values, ...pickKeys(this.#next.values, taken) },
      sources: { ...this.#effective.sources, ...pickKeys(this.#next.sources, taken) },
    };
  }

  #read(): Sourced {
    const saved = this.saved();
    const { values, sources } = this.#launch;
    const sourceOf = (key: SettingKey): SettingSource => {
      if (this.isFixed(key)) return 'demo';
      if (values[key] !== undefined) return sources[key] ?? 'flag';
      return saved[key] === undefined ? 'default' : 'file';
    };
    return {
      values: { ...this.#defaults, ...saved, ...values, ...this.#fixed },
      sources: Object.fromEntries(SETTING_KEYS.map((key) => [key, sourceOf(key)])) as Sources,
    };
  }

  #view(key: SettingKey): SettingView {
    const spec: SettingSpec = SETTINGS[key];
    const value = shownValue(spec, this.#effective.values[key]);
    const next = shownValue(spec, this.#next.values[key]);
    return {
      key,
      group: spec.group,
      title: spec.title,
      help: spec.help,
      flag: spec.flag,
      variable: spec.flag === null ? null : settingVariable(spec.flag),
      kind: spec.kind,
      unit: spec.unit ?? null,
      min: spec.min ?? null,
      max: spec.max ?? null,
      choices: spec.choices ?? null,
      value,
      default: this.#defaults[key],
      unset: spec.unset ?? null,
      source: this.#effective.sources[key],
      restart: spec.restart,
      pending: !isSameValue(this.#effective.values[key], this.#next.values[key]),
      next,
    };
  }
}

const pickKeys = <From extends object>(from: From, keys: readonly SettingKey[]): object =>
  Object.fromEntries(keys.map((key) => [key, from[key as keyof From]]));

function* storesOf(
  keys: readonly SettingKey[],
  folder: SettingsStore,
  root: SettingsStore,
): Generator<[SettingsStore, readonly SettingKey[]]> {
  const inRoot = keys.filter((key) => root !== folder && ROOT_KEYS.includes(key));
  const inFolder = keys.filter((key) => !inRoot.includes(key));
  if (inFolder.length > 0) yield [folder, inFolder];
  if (inRoot.length > 0) yield [root, inRoot];
}
