import { computed } from 'vue';
import { defineStore } from 'pinia';
import { link, retryNow, environment, useToken } from '../api.ts';

/** The page's connection to its node. */
export const useConnectionStore = defineStore('connection', () => ({
  kind: environment.kind,
  platform: environment.platform,
  link: computed(() => link.value),
  connected: computed(() => link.value.state === 'connected'),
  useToken,
  retryNow,
}));
