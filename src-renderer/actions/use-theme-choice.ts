import { watch } from 'vue';
import { useDesktopStore } from '../stores/desktop.ts';
import { usePreferencesStore } from '../stores/preferences.ts';

/** Tells the desktop application the chosen theme, now and when it changes. Called once, in the setup function of App.vue. */
export function useThemeChoice(): void {
  const desktop = useDesktopStore();
  const preferences = usePreferencesStore();
  watch(
    () => preferences.theme,
    (theme) => {
      // Without an answer only the next window begins in another theme.
      desktop.chooseTheme(theme).catch(() => undefined);
    },
    { immediate: true },
  );
}
