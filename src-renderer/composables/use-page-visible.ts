import { readonly, ref, type Ref } from 'vue';

const visible = ref(document.visibilityState !== 'hidden');
document.addEventListener('visibilitychange', () => {
  visible.value = document.visibilityState !== 'hidden';
});

/** Whether the page is visible; repeated work stops while it is not. */
export function usePageVisible(): Readonly<Ref<boolean>> {
  return readonly(visible);
}
