import type { SettingsImportResult } from '../../shared/api-contract.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { SettingKey, SettingsChange } from '../../shared/settings-table.ts';
import { ApiError } from '../api/api-error.ts';
import type { ExportedText, SettingsControl } from '../api/backend.ts';
import type { Ground } from './ground.ts';

/** The settings as the API shows and changes them; what needs no restart takes effect at once. */
export class SettingsController implements SettingsControl {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  views(): readonly SettingView[] {
    return this.#ground.settings.views();
  }

  async update(change: SettingsChange): Promise<readonly SettingView[]> {
    await this.#ground.settings.update(change);
    return this.views();
  }

  async reset(key: SettingKey): Promise<readonly SettingView[]> {
    await this.#ground.settings.reset(key);
    return this.views();
  }

  import(_text: string, _partial: boolean): Promise<SettingsImportResult> {
    return Promise.reject(new ApiError('not-found', 'This is not read yet.', 'text'));
  }

  export(): ExportedText {
    throw new ApiError('not-found', 'This format is not written yet.');
  }
}
