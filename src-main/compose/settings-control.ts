import type { SettingsImportResult } from '../../shared/api-contract.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { NodeSettings, SettingKey, SettingsChange } from '../../shared/settings-table.ts';
import type { ExportedText, SettingsControl } from '../api/backend.ts';
import { ApiError } from '../api/api-error.ts';
import type { ListControl } from './lists.ts';
import { composeNetwork } from './network.ts';
import type { EffectiveSettings } from './settings.ts';
import { OptionError } from '../options.ts';
import { readGethToml } from '../store/geth-toml.ts';
import { writeGethToml } from '../store/geth-toml-text.ts';

/** Faults that an import reports; the rest of a hopeless file says nothing new. */
const MAX_ERRORS = 100;

/** The settings as the API shows and changes them; what needs no restart takes effect at once. */
export class SettingsController implements SettingsControl {
  readonly #settings: EffectiveSettings;
  readonly #lists: ListControl;

  constructor(settings: EffectiveSettings, lists: ListControl) {
    this.#settings = settings;
    this.#lists = lists;
  }

  views(): readonly SettingView[] {
    return this.#settings.views();
  }

  /** @throws ApiError `invalid-parameters` for fork times that do not fit the network; otherwise as the settings do */
  async update(change: SettingsChange): Promise<readonly SettingView[]> {
    const { forkOverrides } = change;
    if (forkOverrides !== undefined) await this.#checkForks({ ...change, forkOverrides });
    await this.#settings.update(change);
    return this.views();
  }

  async reset(key: SettingKey): Promise<readonly SettingView[]> {
    await this.#settings.reset(key);
    return this.views();
  }

  /**
   * Takes over geth's TOML: settings and node lists, all or nothing unless `partial`.
   * @throws SettingsError when a file cannot be written
   */
  async import(text: string, partial: boolean): Promise<SettingsImportResult> {
    const config = readGethToml(text);
    const checked = await this.#lists.importTexts(config.lists, partial, 'check');
    const errors = [...config.errors, ...checked.errors]
      .map(({ line, reason }) => ({ line, reason }))
      .sort((a, b) => a.line - b.line)
      .slice(0, MAX_ERRORS);
    const named = Object.entries(config.settings) as [SettingKey, never][];
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

  /** Fork times that do not fit would be refused at the next start. */
  async #checkForks(change: SettingsChange & Pick<NodeSettings, 'forkOverrides'>): Promise<void> {
    const next = this.#settings.upcoming();
    const { network = next.network, genesis = next.genesis, forkOverrides } = change;
    try {
      await composeNetwork(false, { network, genesis, networkId: null, forkOverrides });
    } catch (cause) {
      if (!(cause instanceof OptionError)) throw cause;
      throw new ApiError('invalid-parameters', cause.message, 'forkOverrides', { cause });
    }
  }

  /** Settings and node lists as `geth --config` reads them. */
  export(): ExportedText {
    return { text: writeGethToml(this.#settings.upcoming(), this.#lists.texts()), fileName: 'config.toml' };
  }
}
