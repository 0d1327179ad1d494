import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import type { BanSubject } from '../components/bans/ban-subject.ts';

/** What floats over the views: the palette, the shortcut map, the forms for a node and for a ban. */
export const useShellStore = defineStore('shell', () => {
  const palette = ref(false);
  const shortcutMap = ref(false);
  const nodeForm = ref(false);
  const formList = ref<NodeListName>('static');
  const formEntry = shallowRef<NodeListEntry | null>(null);
  const banForm = ref(false);
  const banSubject = shallowRef<BanSubject | null>(null);
  const settingsImport = ref(false);

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
    banForm,
    banSubject,
    /** The dialog that imports settings, wherever it was asked for. */
    settingsImport,
    addNode: (list: NodeListName = 'static') => openForm(list, null),
    editNode: (list: NodeListName, entry: NodeListEntry) => openForm(list, entry),
    /** Opens the form for a ban: of this node, or of what is typed. */
    openBan: (subject: BanSubject | null) => {
      banSubject.value = subject;
      banForm.value = true;
    },
  };
});
