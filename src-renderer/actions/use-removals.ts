import { toRaw } from 'vue';
import type { NodeListName } from '../../shared/model/node-list.ts';
import { messageOf } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { showNotice, useNotice, type NoticeAction } from '../composables/use-notice.ts';
import { formatCount } from '../model/format.ts';
import { useNodesStore } from '../stores/nodes.ts';
import { usePeersStore } from '../stores/peers.ts';

/** Removals that can be undone. Those whose notice is still shown are undone together. */
export interface Removals {
  /** Starts new removals from a list, unless the notice of earlier ones is shown. */
  start(list: NodeListName): void;
  /** Removes an entry. @throws Error with a sentence when the list does not have it */
  remove(id: string, disconnect: boolean): Promise<{ readonly disconnected: boolean }>;
  /** The number of entries that Undo puts back. */
  readonly count: number;
  /** The action of the notice about the removals. */
  undoAction(): NoticeAction;
  /** Puts the removed entries back, and dials those whose session was ended. Never rejects. */
  undo(): Promise<void>;
}

/** Called in a setup function. */
export function useRemovals(t: Translate): Removals {
  const nodes = useNodesStore();
  const peers = usePeersStore();
  const notice = useNotice();
  let list: NodeListName = 'static';
  /** IDs in the order of removal, with whether the session was ended. BOUNDED: the entries of one list. */
  let removed = new Map<string, boolean>();
  let shown: NoticeAction | null = null;

  const isShown = (action: NoticeAction): boolean =>
    notice.value?.actions.some((each) => toRaw(each) === action) === true;

  async function undo(): Promise<void> {
    const undone = removed;
    removed = new Map();
    if (undone.size === 0) return;
    try {
      const { restored, refused } = await nodes.restore(list, [...undone.keys()]);
      const [first] = refused;
      if (first === undefined) {
        showNotice(t('nodes.restored', { n: formatCount(restored.length) }, restored.length));
      } else
        showNotice(t('nodes.notRestored', { n: formatCount(refused.length), reason: first.reason }), 'bad');
      for (const id of restored)
        if (undone.get(id) === true) {
          // The row of the entry says how the dial ended.
          peers.dial(id).catch(() => undefined);
        }
    } catch (error) {
      showNotice(messageOf(error), 'bad');
    }
  }

  return {
    start(from) {
      if (from !== list || shown === null || !isShown(shown)) removed = new Map();
      list = from;
    },
    async remove(id, disconnect) {
      const { removed: was, disconnected } = await nodes.remove(list, id, disconnect);
      if (!was) throw new Error(t('peers.notListed'));
      removed.delete(id);
      removed.set(id, disconnected);
      return { disconnected };
    },
    get count() {
      return removed.size;
    },
    undoAction() {
      shown = { text: t('common.undo'), run: () => void undo() };
      return shown;
    },
    undo,
  };
}
