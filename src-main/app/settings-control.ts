import type {
  SettingRestart,
  SettingSource,
  SettingsImportResult,
  SettingValue,
  SettingView,
} from '../../shared/model/settings.ts';
import { shownValue } from '../../shared/setting-spec.ts';
import {
  SETTINGS,
  type PathSettingKey,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import type { ExportedText, SettingsControl } from '../api/backend.ts';
import { ApiError } from '../api/api-error.ts';
import type { Clock } from '../base/runtime.ts';
import type { ListControl } from './node-list-control.ts';
import { loadNetwork } from './network-selection.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { OptionError } from './launch-options.ts';
import { assertChainUsable } from './chain-settings.ts';
import { withSecrets } from './hidden-values.ts';
import { assertUsable, type ChoosePath, type PathRules } from './setting-checks.ts';
import { readGethToml, type GethConfig } from '../store/geth-toml.ts';
import type { TextFault } from '../store/node-lines.ts';
import type { SavedSettings } from '../store/settings-store.ts';
import { writeGethToml } from '../store/geth-toml-text.ts';

const MAX_CHOSEN = 100;

/** BOUNDED: faults that an import reports. */
const MAX_ERRORS = 100;

/** A setting whose value in its file has changed. */
export interface SettingReload {
  readonly key: SettingKey;
  /** Without secrets. */
  readonly from: SettingValue;
  readonly to: SettingValue;
  /** Where the value that counts comes from: the command line and the environment override the file. */
  readonly source: SettingSource;
  readonly restart: SettingRestart;
}

/** The settings for the API; a setting that needs no restart takes effect at once. */
export class SettingsController implements SettingsControl {
  readonly #settings: EffectiveSettings;
  readonly #lists: ListControl;
  readonly #rules: PathRules;
  readonly #choosePath: ChoosePath | undefined;
  readonly #clock: Clock;
  /** Files and folders that the user chose in this run. BOUNDED: MAX_CHOSEN. */
  readonly #chosen = new Set<string>();

  /** @param choosePath opens the system's dialog; undefined without one */
  constructor(
    settings: EffectiveSettings,
    lists: ListControl,
    parts: {
      readonly dataFolder: string;
      readonly choosePath: ChoosePath | undefined;
      readonly clock: Clock;
    },
  ) {
    this.#settings = settings;
    this.#lists = lists;
    this.#choosePath = parts.choosePath;
    this.#clock = parts.clock;
    this.#rules = { dataFolder: parts.dataFolder, isChosen: (path) => this.#chosen.has(path) };
  }

  views(): readonly SettingView[] {
    return this.#settings.views();
  }

  /**
   * Saves a change. A value as its view shows it keeps its secret.
   * @throws ApiError `invalid-parameters` for what would prevent the next start; otherwise as EffectiveSettings.update
   */
  async update(shown: SettingsChange): Promise<readonly SettingView[]> {
    const change = withSecrets(shown, this.#settings.upcoming(), this.#settings.overridden());
    await assertUsable(change, this.#rules);
    await this.#checkForks(change);
    await assertChainUsable(change, this.#settings.upcoming(), this.#clock);
    await this.#settings.update(change);
    // A choice is for one address: a page must not use it again after a change of that.
    if (typeof change.sentryJwt === 'string') this.#chosen.delete(change.sentryJwt);
    return this.views();
  }

  /**
   * Reads the settings again from their files, with the checks of a change; the user may name any path there.
   * @returns what changed
   * @throws SettingsError, ApiError with the setting as its field; what the file has is not used
   */
  async reload(): Promise<readonly SettingReload[]> {
    const before = this.#settings.saved();
    const keys = await this.#settings.reload(async (change) => {
      await assertUsable(change, { ...this.#rules, isChosen: () => true });
      await this.#checkForks(change);
      await assertChainUsable(change, this.#settings.upcoming(), this.#clock);
    });
    const after = this.#settings.saved();
    const shown = (key: SettingKey, saved: SavedSettings): SettingValue =>
      shownValue(SETTINGS[key], saved[key] ?? SETTINGS[key].default);
    return keys.map((key) => ({
      ...{
        key,
        from: shown(key, before),
        to: shown(key, after),
        source: this.#settings.upcomingSourceOf(key),
      },
      restart: SETTINGS[key].restart,
    }));
  }

  async choosePath(key: PathSettingKey): Promise<string | null> {
    if (this.#choosePath === undefined) {
      throw new ApiError('not-available', 'Files and folders are chosen in the desktop application.', 'key');
    }
    const kind = key === 'nodeDatabase' ? 'folder' : 'file';
    const path = await this.#choosePath(kind, SETTINGS[key].title);
    if (path === undefined) return null;
    if (this.#chosen.size >= MAX_CHOSEN) this.#chosen.clear();
    this.#chosen.add(path);
    return path;
  }

  async reset(key: SettingKey): Promise<readonly SettingView[]> {
    await this.#settings.reset(key);
    return this.views();
  }

  /**
   * Imports settings and node lists from geth's TOML, all or nothing unless `partial`.
   * @throws SettingsError when a file cannot be written
   */
  async import(text: string, partial: boolean): Promise<SettingsImportResult> {
    const config = readGethToml(text);
    const checked = await this.#lists.importTexts(config.lists, partial, 'check');
    const unusable = await this.#unusableOf(config);
    const errors = [...config.errors, ...checked.errors, ...unusable.faults]
      .map(({ line, reason }) => ({ line, reason }))
      .sort((a, b) => a.line - b.line)
      .slice(0, MAX_ERRORS);
    const named = (Object.entries(config.settings) as [SettingKey, never][]).filter(
      ([key]) => !unusable.keys.includes(key),
    );
    const taken = named.filter(([key]) => !this.#settings.isFixed(key));
    const ignored = [
      ...config.ignored,
      ...named.filter((entry) => !taken.includes(entry)).map(([key]) => key),
    ];
    if (errors.length > 0 && !partial) {
      return {
        settings: [],
        lists: { bootnodes: 0, static: 0, trusted: 0 },
        ignored,
        errors,
        applied: false,
      };
    }
    if (taken.length > 0) await this.#settings.update(Object.fromEntries(taken));
    const { added } = await this.#lists.importTexts(config.lists, partial);
    return {
      settings: taken.map(([key]) => key),
      lists: {
        bootnodes: added.bootnodes.length,
        static: added.static.length,
        trusted: added.trusted.length,
      },
      ignored,
      errors,
      applied: true,
    };
  }

  /** Refuses fork times that do not fit the network: they would prevent the next start. */
  async #checkForks(change: SettingsChange): Promise<void> {
    const next = this.#settings.upcoming();
    const { network = next.network, genesis = next.genesis, forkOverrides = next.forkOverrides } = change;
    const keys = ['network', 'genesis', 'forkOverrides'] as const;
    if (keys.every((key) => change[key] === undefined) || forkOverrides.length === 0) return;
    try {
      await loadNetwork({ network, genesis, networkId: null, forkOverrides });
    } catch (cause) {
      if (!(cause instanceof OptionError)) throw cause;
      throw new ApiError('invalid-parameters', cause.message, 'forkOverrides', { cause });
    }
  }

  /** The settings of a file that would prevent the next start. */
  async #unusableOf({ settings, lines }: GethConfig): Promise<{ keys: SettingKey[]; faults: TextFault[] }> {
    const found: { keys: SettingKey[]; faults: TextFault[] } = { keys: [], faults: [] };
    for (const [key, value] of Object.entries(settings) as [SettingKey, never][]) {
      try {
        await assertUsable({ [key]: value }, this.#rules);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        found.keys.push(key);
        found.faults.push({ line: lines[key] ?? 1, reason: error.message });
      }
    }
    return found;
  }

  /** Settings and node lists in the format of `geth --config`. */
  export(): ExportedText {
    return { text: writeGethToml(this.#settings.upcoming(), this.#lists.texts()), fileName: 'config.toml' };
  }
}
