import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { PATH_SETTING_KEYS, type SettingsChange, type SettingKey } from '../../shared/settings-table.ts';
import type { SettingView } from '../../shared/model/settings.ts';
import { request } from '../api.ts';
import { createTopicFeed, newestOf } from '../composables/topic-feed.ts';

/** All settings of the node. */
export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<readonly SettingView[] | null>(null);
  const feed = createTopicFeed('settings', {}, (pushes) => {
    settings.value = newestOf(pushes) ?? null;
  });
  return {
    settings,
    subscribe: () => feed.subscribe(),
    update: async (change: SettingsChange) => {
      settings.value = await request('settings.update', change);
    },
    reset: async (key: SettingKey) => {
      settings.value = await request('settings.reset', { key });
    },
    choosePath: async (view: SettingView): Promise<string | null> => {
      const key = PATH_SETTING_KEYS.find((known) => known === view.key);
      return key === undefined ? null : (await request('settings.choosePath', { key })).path;
    },
    importText: (text: string, partial: boolean) => request('settings.import', { text, partial }),
    exportText: () => request('settings.export', {}),
  };
});
