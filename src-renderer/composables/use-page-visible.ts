import { readonly, ref, type Ref } from 'vue';

const visible = ref(document.visibilityState !== 'hidden');
document.addEventListener('visibilitychange', () => {
  visible.value = document.visibilityState !== 'hidden';
});

/** Whether anyone can see the page; all repeated work stops while nobody can. */
export function usePageVisible(): Readonly<Ref<boolean>> {
  return readonly(visible);
}
