import type { SettingKey } from '../../shared/settings-table.ts';
import { isOwnError } from '../api/api-error.ts';
import type { EnodeckError } from '../base/errors.ts';
import { failedSettingOf } from './setting-failure.ts';

/** What `openDespiteSettings` opens, and how. */
export interface SettingAsideOptions<Opened> {
  /** Opens with the defaults of these settings. */
  readonly open: (setAside: readonly SettingKey[]) => Promise<Opened>;
  /** Closes what a failed `open` left open. */
  readonly close: () => Promise<void>;
  /** Whether a setting may be set aside: where a window can show it and offer to reset it. */
  readonly maySetAside: boolean;
}

/**
 * Opens; after a failure that names a setting, opens again with the default of that setting. BOUNDED: each setting is set
 * aside once.
 * @returns `blockedBy`: the settings that were set aside, with the fault of each
 * @throws what `open` throws, if no setting may be set aside, or the failure names none or one that is already set aside
 */
export async function openDespiteSettings<Opened>({
  open,
  close,
  maySetAside,
}: SettingAsideOptions<Opened>): Promise<{
  readonly opened: Opened;
  readonly blockedBy: ReadonlyMap<SettingKey, EnodeckError>;
}> {
  const blockedBy = new Map<SettingKey, EnodeckError>();
  for (;;) {
    try {
      return { opened: await open([...blockedBy.keys()]), blockedBy };
    } catch (error) {
      await close();
      const key = failedSettingOf(error);
      if (!maySetAside || key === undefined || blockedBy.has(key) || !isOwnError(error)) throw error;
      blockedBy.set(key, error);
    }
  }
}
