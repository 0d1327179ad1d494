import type { SettingValue, SettingView } from '../../shared/model/settings.ts';
import { messageOf } from '../composables/use-action.ts';
import { showNotice, type NoticeAction } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { changeOf, settingKey } from '../model/setting-form.ts';
import { useSettingsStore } from '../stores/settings.ts';
import { useRestart } from './use-restart.ts';

/** The message for a saved change, by the restart that it needs. */
const SAVED = {
  none: 'settings.saved',
  node: 'settings.savedForNode',
  program: 'settings.savedForProgram',
} as const satisfies Record<SettingView['restart'], string>;

/** Changes settings; each change shows a notice with undo. Both throw the node's refusal. */
export interface SettingActions {
  update(view: SettingView, value: SettingValue): Promise<void>;
  reset(view: SettingView): Promise<void>;
}

/** Called in a setup function. */
export function useSettingActions(t: Translate): SettingActions {
  const store = useSettingsStore();
  const restartOf = useRestart(t);

  const put = async (view: SettingView, value: SettingValue): Promise<void> => {
    const key = settingKey(view.key);
    if (key !== null) await store.update(changeOf(key, value));
  };
  const clear = async (view: SettingView): Promise<void> => {
    const key = settingKey(view.key);
    if (key !== null) await store.reset(key);
  };
  /** Restores `old`, the setting before the change. */
  const restore = (old: SettingView): void => {
    (old.source === 'default' ? clear(old) : put(old, old.next)).catch((error: unknown) =>
      showNotice(messageOf(error), 'bad'),
    );
  };
  /** A change that waits for a restart can have it at once. */
  const restartActions = ({ restart }: SettingView): readonly NoticeAction[] => {
    const action = restartOf(restart);
    return action === null ? [] : [action];
  };
  const undo = (old: SettingView) => ({ text: t('common.undo'), run: () => restore(old) });

  return {
    async update(view, value) {
      await put(view, value);
      showNotice(t(SAVED[view.restart], { title: view.title }), 'good', ...restartActions(view), undo(view));
    },
    async reset(view) {
      await clear(view);
      showNotice(t('settings.resetDone', { title: view.title }), 'good', ...restartActions(view), undo(view));
    },
  };
}
