import { useLocalStorage, usePreferredDark } from '@vueuse/core';
import { computed, watchEffect } from 'vue';
import { defineStore } from 'pinia';
import { DEFAULT_PEER_COLUMNS, type PeerColumnId } from '../model/peer-columns.ts';

/** What a person may choose for the window's colours. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Choices of this window alone, kept by the browser. */
export const usePreferencesStore = defineStore('preferences', () => {
  const theme = useLocalStorage<Theme>('enodeck.theme', 'system');
  const shortcuts = useLocalStorage('enodeck.shortcuts', true);
  const peerColumns = useLocalStorage<PeerColumnId[]>('enodeck.peer-columns', [...DEFAULT_PEER_COLUMNS]);
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
