import type { SettingValue, SettingView } from '../../shared/model/settings.ts';
import { messageOf } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { changeOf, settingKey } from '../model/setting-form.ts';
import { useSettingsStore } from '../stores/settings.ts';

/** Changes settings; each change says so and offers to take itself back. Both throw what the node said against it. */
export interface SettingActions {
  update(view: SettingView, value: SettingValue): Promise<void>;
  reset(view: SettingView): Promise<void>;
}

/** Made in a setup function. */
export function useSettingActions(t: Translate): SettingActions {
  const store = useSettingsStore();

  const put = async (view: SettingView, value: SettingValue): Promise<void> => {
    const key = settingKey(view.key);
    if (key !== null) await store.update(changeOf(key, value));
  };
  const clear = async (view: SettingView): Promise<void> => {
    const key = settingKey(view.key);
    if (key !== null) await store.reset(key);
  };
  /** As it was before: `old` is the setting as it stood then. */
  const takeBack = (old: SettingView): void => {
    (old.source === 'default' ? clear(old) : put(old, old.next)).catch((error: unknown) =>
      showNotice(messageOf(error), 'bad'),
    );
  };
  const undo = (old: SettingView) => ({ text: t('settings.undo'), run: () => takeBack(old) });

  return {
    async update(view, value) {
      await put(view, value);
      const words = t(view.restart === 'none' ? 'settings.saved' : 'settings.savedLater', {
        title: view.title,
      });
      showNotice(words, 'good', undo(view));
    },
    async reset(view) {
      await clear(view);
      showNotice(t('settings.resetDone', { title: view.title }), 'good', undo(view));
    },
  };
}
