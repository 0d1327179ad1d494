import { useEventListener } from '@vueuse/core';
import { ref, type Ref } from 'vue';

/** What was dropped on the window. */
export type Dropped =
  | { readonly kind: 'file'; readonly file: File; readonly others: number }
  | { readonly kind: 'text'; readonly text: string };

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;

/**
 * Takes files and texts that are dragged into the window from outside, until the calling scope is disposed.
 * @returns whether something is dragged over the window that can be dropped
 */
export function useDrop(take: (dropped: Dropped) => void): Readonly<Ref<boolean>> {
  const over = ref(false);
  /** Whether the drag started in the page: rows that are moved, selected text. */
  let isOwn = false;

  const accepts = (event: DragEvent): boolean => {
    const types = event.dataTransfer?.types ?? [];
    if (isOwn) return false;
    if (types.includes('Files')) return true;
    // A field takes a text itself.
    return (types.includes('text/plain') || types.includes('text/uri-list')) && !isField(event.target);
  };
  const onOver = (event: DragEvent): void => {
    over.value = accepts(event);
    if (!over.value) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  };

  useEventListener(document, 'dragstart', () => (isOwn = true));
  useEventListener(document, 'dragend', () => {
    isOwn = false;
    over.value = false;
  });
  useEventListener(document, ['dragenter', 'dragover'], onOver);
  useEventListener(document, 'dragleave', (event: DragEvent) => {
    // Without a related target the pointer has left the window.
    if (event.relatedTarget === null) over.value = false;
  });
  useEventListener(document, 'drop', (event: DragEvent) => {
    const accepted = accepts(event);
    over.value = false;
    if (!accepted || event.dataTransfer === null) return;
    event.preventDefault();
    const [file, ...others] = event.dataTransfer.files;
    if (file !== undefined) take({ kind: 'file', file, others: others.length });
    else take({ kind: 'text', text: event.dataTransfer.getData('text/plain') });
  });
  return over;
}
