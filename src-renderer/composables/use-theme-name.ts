import { useMutationObserver } from '@vueuse/core';
import { readonly, ref, type Ref } from 'vue';

/** The current theme, for canvases, which have to be redrawn when it changes. */
export function useThemeName(): Readonly<Ref<string>> {
  const name = ref(document.documentElement.dataset['theme'] ?? '');
  useMutationObserver(
    document.documentElement,
    () => (name.value = document.documentElement.dataset['theme'] ?? ''),
    { attributeFilter: ['data-theme'] },
  );
  return readonly(name);
}
