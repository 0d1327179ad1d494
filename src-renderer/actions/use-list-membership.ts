import { useAction } from '../composables/use-action.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { useNodesStore } from '../stores/nodes.ts';

/** The lists to which a peer can be added with one click. */
export type MemberList = 'static' | 'trusted';

/** Adds nodes to a list and removes them; both show a notice, the removal with undo. Both throw the node's refusal. */
export interface ListMembership {
  /** `text` is an enode URL or an ENR. */
  add(list: MemberList, text: string, label: string | null): Promise<void>;
  remove(list: MemberList, id: string): Promise<void>;
}

/** Called in a setup function. */
export function useListMembership(t: Translate): ListMembership {
  const nodes = useNodesStore();
  const { run } = useAction();
  return {
    async add(list, text, label) {
      await nodes.add({ list, text, label });
      showNotice(t(list === 'static' ? 'peers.nowStatic' : 'peers.nowTrusted'));
    },
    async remove(list, id) {
      const entry = nodes.lists?.[list].find((candidate) => candidate.id === id);
      const { removed } = await nodes.remove(list, id);
      if (!removed) {
        showNotice(t('peers.notListed'), 'bad');
        return;
      }
      const undo = (): void => {
        if (entry !== undefined) void run(() => nodes.add({ list, text: entry.text, label: entry.label }));
      };
      const text = t(list === 'static' ? 'peers.noLongerStatic' : 'peers.noLongerTrusted');
      showNotice(text, 'good', ...(entry === undefined ? [] : [{ text: t('common.undo'), run: undo }]));
    },
  };
}
