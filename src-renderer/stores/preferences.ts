import { useLocalStorage, usePreferredDark } from '@vueuse/core';
import { computed, watchEffect } from 'vue';
import { defineStore } from 'pinia';
import { readDensity, type Density } from '../model/density.ts';
import { readPeerColumns } from '../model/peer-columns.ts';
import { readTableStates, UNCHANGED, writeTableStates, type TableStates } from '../model/table-columns.ts';
import type { Theme } from '../../shared/model/theme.ts';

/** What earlier versions saved: the columns of the peers. */
function earlierTables(): TableStates {
  const peers = readPeerColumns(localStorage.getItem('enodeck.peer-columns'));
  return peers === UNCHANGED ? {} : { peers };
}

/** Preferences of this window, saved in local storage. */
export const usePreferencesStore = defineStore('preferences', () => {
  const theme = useLocalStorage<Theme>('enodeck.theme', 'system');
  const shortcuts = useLocalStorage('enodeck.shortcuts', true);
  const density = useLocalStorage<Density>('enodeck.density', 'comfortable', {
    serializer: { read: readDensity, write: String },
  });
  /** What the user changed of the columns of each table. */
  const tables = useLocalStorage<TableStates>('enodeck.tables', earlierTables, {
    shallow: true,
    serializer: { read: readTableStates, write: writeTableStates },
  });
  const prefersDark = usePreferredDark();
  const shownTheme = computed<'light' | 'dark'>(() => {
    if (theme.value === 'light' || theme.value === 'dark') return theme.value;
    return prefersDark.value ? 'dark' : 'light';
  });
  watchEffect(() => {
    document.documentElement.dataset['theme'] = shownTheme.value;
    document.documentElement.dataset['density'] = density.value;
  });
  return { theme, shownTheme, shortcuts, density, tables };
});
