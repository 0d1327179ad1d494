import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';

/** What floats over the views: the palette, the shortcut map, the form for a node. */
export const useShellStore = defineStore('shell', () => {
  const palette = ref(false);
  const shortcutMap = ref(false);
  const nodeForm = ref(false);
  const formList = ref<NodeListName>('static');
  const formEntry = shallowRef<NodeListEntry | null>(null);

  const openForm = (list: NodeListName, entry: NodeListEntry | null): void => {
    formList.value = list;
    formEntry.value = entry;
    nodeForm.value = true;
  };

  return {
    palette,
    shortcutMap,
    nodeForm,
    formList,
    formEntry,
    addNode: (list: NodeListName = 'static') => openForm(list, null),
    editNode: (list: NodeListName, entry: NodeListEntry) => openForm(list, entry),
  };
});
