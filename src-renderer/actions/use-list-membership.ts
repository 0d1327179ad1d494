import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { useNodesStore } from '../stores/nodes.ts';

/** A list that a peer can be put on and taken off with one click. */
export type MemberList = 'static' | 'trusted';

/** Puts nodes on a list and takes them off; both say so, and taking off can be undone. Both throw the node's refusal. */
export interface ListMembership {
  /** `text` is an enode URL or a record. */
  put(list: MemberList, text: string, label: string | null): Promise<void>;
  take(list: MemberList, id: string): Promise<void>;
}

/** Made in a setup function. */
export function useListMembership(t: Translate): ListMembership {
  const nodes = useNodesStore();
  const { run } = useAction();
  return {
    async put(list, text, label) {
      await nodes.add({ list, text, label });
      showNotice(t(list === 'static' ? 'peers.nowStatic' : 'peers.nowTrusted'));
    },
    async take(list, id) {
      const entry = nodes.lists?.[list].find((candidate) => candidate.id === id);
      const { removed } = await nodes.remove(list, id);
      if (!removed) {
        showNotice(t('peers.notListed'), 'bad');
        return;
      }
      const again = (): void => {
        if (entry !== undefined) void run(() => nodes.add({ list, text: entry.text, label: entry.label }));
      };
      const words = t(list === 'static' ? 'peers.noLongerStatic' : 'peers.noLongerTrusted');
      showNotice(words, 'good', entry === undefined ? null : { text: t('peers.undo'), run: again });
    },
  };
}
