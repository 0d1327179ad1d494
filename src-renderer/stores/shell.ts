import { ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import type { BanSubject } from '../components/bans/ban-subject.ts';

/** The dialogs of the window: palette, shortcuts, node form, ban form, settings import, ENR, TALKREQ. */
export const useShellStore = defineStore('shell', () => {
  const palette = ref(false);
  const shortcutMap = ref(false);
  const nodeForm = ref(false);
  const formList = ref<NodeListName>('static');
  const formEntry = shallowRef<NodeListEntry | null>(null);
  const formText = ref('');
  const banForm = ref(false);
  const banSubject = shallowRef<BanSubject | null>(null);
  const record = ref(false);
  const recordText = ref<string | null>(null);
  const talk = ref(false);
  const talkNode = ref<string | null>(null);
  const composer = ref(false);
  const composerNode = ref<string | null>(null);

  const openForm = (list: NodeListName, entry: NodeListEntry | null, text = ''): void => {
    formText.value = text;
    formList.value = list;
    formEntry.value = entry;
    nodeForm.value = true;
  };

  return {
    ...createImports(),
    palette,
    shortcutMap,
    about: ref(false),
    /** Whether the dialog of the diagnostic bundle is open. */
    problem: ref(false),
    nodeForm,
    formList,
    formEntry,
    /** Initial text of the form for a new node. */
    formText,
    banForm,
    banSubject,
    record,
    recordText,
    talk,
    talkNode,
    composer,
    composerNode,
    addNode: (list: NodeListName = 'static', text = '') => openForm(list, null, text),
    editNode: (list: NodeListName, entry: NodeListEntry) => openForm(list, entry),
    /** Opens the ban form for a node; null: the user enters the target. */
    openBan: (subject: BanSubject | null) => {
      banSubject.value = subject;
      banForm.value = true;
    },
    /** Opens the dialog that decodes an ENR; null: the user enters it. */
    openRecord: (text: string | null) => {
      recordText.value = text;
      record.value = true;
    },
    /** Opens the composer for a node. */
    openComposer: (to: string) => {
      composerNode.value = to;
      composer.value = true;
    },
    /** Opens the form for a TALKREQ to a node; null: the user enters the node. */
    openTalk: (to: string | null) => {
      talkNode.value = to;
      talk.value = true;
    },
  };
});

/** The dialogs that import a text: that of a link or an opened file, or one that the user enters. */
function createImports() {
  const settingsImport = ref(false);
  const settingsText = ref('');
  const nodesPreview = ref(false);
  const nodesText = ref('');
  const nodesList = ref<NodeListName | null>(null);
  return {
    /** Whether the settings import is open. */
    settingsImport,
    settingsText,
    /** Whether nodes are shown before they are added to a list. */
    nodesPreview,
    nodesText,
    nodesList,
    openSettingsImport: (text = '') => {
      settingsText.value = text;
      settingsImport.value = true;
    },
    /**
     * Shows what the nodes of a text are, before any is added; an empty text asks for one.
     * @param list where they go; null: static, or a list that the text names
     */
    openNodesPreview: (text: string, list: NodeListName | null = null) => {
      nodesText.value = text;
      nodesList.value = list;
      nodesPreview.value = true;
    },
  };
}
