import { useRouter } from 'vue-router';
import type { KnownNode } from '../../shared/model/known-node.ts';
import type { KnownAction } from '../components/nodes/known-actions.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { useAction } from '../composables/use-action.ts';
import type { Translate } from '../composables/use-messages.ts';
import { inspectorLink } from '../model/filter-chips.ts';
import { useShellStore } from '../stores/shell.ts';
import type { Dial } from './use-dial.ts';
import { useListMembership } from './use-list-membership.ts';

/** Performs an action on a known node. A dial opens the trace, which has its answer. Called in a setup function. */
export function useKnownActions(
  t: Translate,
  dial: Dial['dial'],
): (node: KnownNode, action: KnownAction) => void {
  const router = useRouter();
  const shell = useShellStore();
  const lists = useListMembership(t);
  const { run } = useAction();
  const openTrace = (id: string): void => void router.replace({ name: 'known', params: { id } });

  const actions: Readonly<Record<KnownAction, (node: KnownNode) => void>> = {
    trace: ({ id }) => openTrace(id),
    dial: ({ id }) => {
      openTrace(id);
      void dial(id);
    },
    static: ({ enode, enr }) => void run(() => lists.add('static', enr ?? enode, null)),
    record: ({ enr }) => shell.openRecord(enr),
    test: ({ enode, enr }) => void router.push({ name: 'doctor', query: { node: enr ?? enode } }),
    request: ({ id }) => shell.openComposer(id),
    inspect: ({ id }) => void router.push(inspectorLink(id)),
    copyEnode: ({ enode }) => void copyWithNotice(enode, 'enode', t),
    copyEnr: ({ enr }) => void copyWithNotice(enr ?? '', 'ENR', t),
    copyId: ({ id }) => void copyWithNotice(id, t('common.nodeId'), t),
  };
  return (node, action) => actions[action](node);
}
