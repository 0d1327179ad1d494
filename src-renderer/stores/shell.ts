import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import type { BanSubject } from '../components/bans/ban-subject.ts';

/** What floats over the views: the palette, the shortcut map, the forms for a node and for a ban, a record, a TALKREQ. */
export const useShellStore = defineStore('shell', () => {
  const palette = ref(false);
  const shortcutMap = ref(false);
  const nodeForm = ref(false);
  const formList = ref<NodeListName>('static');
  const formEntry = shallowRef<NodeListEntry | null>(null);
  const formText = ref('');
  const banForm = ref(false);
  const banSubject = shallowRef<BanSubject | null>(null);
  const settingsImport = ref(false);
  const record = ref(false);
  const recordText = ref<string | null>(null);
  const talk = ref(false);
  const talkNode = ref<string | null>(null);

  const openForm = (list: NodeListName, entry: NodeListEntry | null, text = ''): void => {
    formText.value = text;
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
    /** What the form for a new node begins with. */
    formText,
    banForm,
    banSubject,
    /** The dialog that imports settings, wherever it was asked for. */
    settingsImport,
    record,
    recordText,
    talk,
    talkNode,
    addNode: (list: NodeListName = 'static', text = '') => openForm(list, null, text),
    editNode: (list: NodeListName, entry: NodeListEntry) => openForm(list, entry),
    /** Opens the form for a ban: of this node, or of what is typed. */
    openBan: (subject: BanSubject | null) => {
      banSubject.value = subject;
      banForm.value = true;
    },
    /** Shows a record entry by entry; null: one that is pasted. */
    openRecord: (text: string | null) => {
      recordText.value = text;
      record.value = true;
    },
    /** Opens the form for a TALKREQ to a node; null: to one that is pasted. */
    openTalk: (to: string | null) => {
      talkNode.value = to;
      talk.value = true;
    },
  };
});
