import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { NodeListName, NodeLists } from '../../shared/model/node-list.ts';
import type { NodeAddition } from '../../shared/model/node-preview.ts';
import { moved } from '../model/list-order.ts';
import { appliedLists } from '../model/lists.ts';
import { request } from '../api.ts';
import { createTopicFeed } from '../composables/topic-feed.ts';

/** The input of a node list entry. */
export interface NodeDraft {
  readonly list: NodeListName;
  readonly text: string;
  readonly label: string | null;
}

/** The format of an exported list. */
export type NodeExportFormat = 'lines' | 'static-nodes.json' | 'toml';

/** The node lists that the user edits. */
export const useNodesStore = defineStore('nodes', () => {
  // BOUNDED: by the node's limit of each list.
  const lists = shallowRef<NodeLists | null>(null);
  /** As the node has them: a delta continues these, not an order that a move shows before the node has it. */
  let received: NodeLists | null = null;
  const feed = createTopicFeed('nodes', {}, (pushes) => {
    received = appliedLists(received, pushes);
    lists.value = received;
  });
  return {
    lists,
    count: computed(() =>
      lists.value === null ? null : Object.values(lists.value).reduce((sum, list) => sum + list.length, 0),
    ),
    subscribe: () => feed.subscribe(),
    add: (draft: NodeDraft) => request('nodes.add', draft),
    /** Why the node would refuse a text; null if it would accept it. */
    check: async (list: NodeListName, text: string, editing: string | null) =>
      (await request('nodes.check', { list, text, editing })).refusal,
    edit: (id: string, draft: NodeDraft) => request('nodes.edit', { ...draft, id }),
    /** @param disconnect whether to end the session with the node too */
    remove: (list: NodeListName, id: string, disconnect = false) =>
      request('nodes.remove', { list, id, disconnect }),
    /** Puts back removed entries. @param ids the latest removal last */
    restore: (list: NodeListName, ids: readonly string[]) =>
      request('nodes.restore', { list, ids: [...ids] }),
    /** Moves an entry in front of another one, or to the end for null. The window has the new order at once. */
    move: async (list: NodeListName, id: string, before: string | null): Promise<void> => {
      const old = lists.value;
      const shown = old === null ? null : { ...old, [list]: moved(old[list], id, before) };
      lists.value = shown;
      try {
        await request('nodes.move', { list, id, before });
      } catch (error) {
        // Lists that came meanwhile are newer than those before the move.
        if (lists.value === shown) lists.value = old;
        throw error;
      }
    },
    /** What each node of a text is, before anything is added. */
    preview: (list: NodeListName, text: string) => request('nodes.preview', { list, text }),
    addMany: (list: NodeListName, nodes: readonly NodeAddition[]) =>
      request('nodes.addMany', { list, nodes: [...nodes] }),
    exportText: (list: NodeListName, format: NodeExportFormat) => request('nodes.export', { list, format }),
  };
});
