import { useMutationObserver } from '@vueuse/core';
import { readonly, ref, type Ref } from 'vue';

/** The theme that is shown, for what draws on a canvas and has to draw anew when it changes. */
export function useThemeName(): Readonly<Ref<string>> {
  const name = ref(document.documentElement.dataset['theme'] ?? '');
  useMutationObserver(
    document.documentElement,
    () => (name.value = document.documentElement.dataset['theme'] ?? ''),
    { attributeFilter: ['data-theme'] },
  );
  return readonly(name);
}
