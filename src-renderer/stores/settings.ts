import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { RuntimeSettings } from '../../shared/model/settings.ts';
import { request } from '../api.ts';

/** The settings that may change while the node runs. */
export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<RuntimeSettings | null>(null);
  return {
    settings,
    load: async () => {
      settings.value = await request('settings.get', {});
    },
    update: async (change: Partial<RuntimeSettings>) => {
      settings.value = await request('settings.update', change);
    },
  };
});
