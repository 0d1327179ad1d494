import { computed, type ComputedRef, type Ref } from 'vue';
import { LOG_LEVELS, type LogLevel } from '../../shared/model/log.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import type { ModuleLevel } from '../../shared/module-levels.ts';
import { useAttempt } from '../composables/use-attempt.ts';
import type { Translate } from '../composables/use-messages.ts';
import { moduleLevelsOf, moduleLevelsText } from '../model/module-levels.ts';
import { useSettingsStore } from '../stores/settings.ts';
import { useSettingActions } from './use-setting-actions.ts';

/** What the node writes to its log, by the settings. */
export interface WrittenLevels {
  readonly level: LogLevel;
  /** Null: this window cannot read them, so that a change would lose them. */
  readonly modules: readonly ModuleLevel[] | null;
}

/** The levels, and their changes. A change while another one is saved is not made. */
export interface LogLevelActions {
  /** Null until the settings are here. */
  readonly written: ComputedRef<WrittenLevels | null>;
  readonly busy: Ref<boolean>;
  readonly refusal: Ref<string | null>;
  /** @returns whether the node took the change */
  setLevel(level: LogLevel): Promise<boolean>;
  setModules(modules: readonly ModuleLevel[]): Promise<boolean>;
}

/** Called in a setup function, which subscribes to the settings. */
export function useLogLevels(t: Translate): LogLevelActions {
  const settings = useSettingsStore();
  const actions = useSettingActions(t);
  const { busy, refusal, attempt } = useAttempt();
  const viewOf = (key: 'logLevel' | 'logModules'): SettingView | undefined =>
    settings.settings?.find((view) => view.key === key);
  const written = computed(() => {
    const level = LOG_LEVELS.find((value) => value === viewOf('logLevel')?.next);
    const text = viewOf('logModules')?.next ?? null;
    if (level === undefined) return null;
    return { level, modules: moduleLevelsOf(text === null ? null : String(text)) };
  });
  const write = async (key: 'logLevel' | 'logModules', value: string | null): Promise<boolean> => {
    const view = viewOf(key);
    return view !== undefined && (await attempt(() => actions.update(view, value)));
  };
  return {
    written,
    busy,
    refusal,
    setLevel: (level) => write('logLevel', level),
    setModules: async (modules) =>
      written.value?.modules != null && (await write('logModules', moduleLevelsText(modules))),
  };
}
