import { useLocalStorage, usePreferredDark } from '@vueuse/core';
import { computed, watchEffect } from 'vue';
import { defineStore } from 'pinia';
import { DEFAULT_PEER_COLUMNS, readPeerColumns, type PeerColumnId } from '../model/peer-columns.ts';
import type { Theme } from '../model/theme.ts';

/** Preferences of this window, saved in local storage. */
export const usePreferencesStore = defineStore('preferences', () => {
  const theme = useLocalStorage<Theme>('enodeck.theme', 'system');
  const shortcuts = useLocalStorage('enodeck.shortcuts', true);
  const peerColumns = useLocalStorage<PeerColumnId[]>('enodeck.peer-columns', [...DEFAULT_PEER_COLUMNS], {
    serializer: { read: readPeerColumns, write: JSON.stringify },
  });
  const prefersDark = usePreferredDark();
  const shownTheme = computed<'light' | 'dark'>(() => {
    if (theme.value === 'light' || theme.value === 'dark') return theme.value;
    return prefersDark.value ? 'dark' : 'light';
  });
  watchEffect(() => {
    document.documentElement.dataset['theme'] = shownTheme.value;
  });
  return { theme, shownTheme, shortcuts, peerColumns };
});
