import { useRouter } from 'vue-router';
import type { NodeTrace } from '../../shared/model/why.ts';
import type { TraceAction } from '../components/why/trace-actions.ts';
import { useAction } from '../composables/use-action.ts';
import { copyWithNotice } from '../composables/copy-text.ts';
import { showNotice } from '../composables/use-notice.ts';
import type { Translate } from '../composables/use-messages.ts';
import { inspectorLink } from '../model/filter-chips.ts';
import { splitEndpoint } from '../model/format.ts';
import { shownFacts } from '../model/shown-facts.ts';
import { useListMembership } from './use-list-membership.ts';
import { useNodeStore } from '../stores/node.ts';
import { useShellStore } from '../stores/shell.ts';

/** The actions whose outcome is a notice, a dialog or another view. */
export type TraceCommand = Exclude<TraceAction, 'dial'>;

/** Performs an action of the trace panel; `pasted` is the enode URL or ENR that the user entered, for a node without a known one. */
export type TraceActions = (trace: NodeTrace, action: TraceCommand, pasted: string | null) => void;

/** Called in a setup function. */
export function useTraceActions(t: Translate): TraceActions {
  const router = useRouter();
  const node = useNodeStore();
  const lists = useListMembership(t);
  const shell = useShellStore();
  const { run } = useAction();

  const textOf = ({ enode, enr }: NodeTrace, pasted: string | null): string | null => enode ?? enr ?? pasted;
  const list = (text: string | null, name: 'static' | 'trusted'): void => {
    if (text !== null) void run(() => lists.add(name, text, null));
  };
  const copyOwn = async (): Promise<void> => {
    const enode = node.status === null ? null : shownFacts(node.status).enode;
    if (enode === null) {
      showNotice(t('command.noAddress'), 'bad');
      return;
    }
    await copyWithNotice(enode, 'enode', t);
  };

  const ban = ({ id, name, address, kind }: NodeTrace): void => {
    const endpoint = address === null ? null : splitEndpoint(address);
    shell.openBan({
      id,
      name,
      ip: endpoint?.ip ?? null,
      port: endpoint?.port ?? null,
      isStatic: kind.static,
    });
  };

  const actions: Readonly<Record<TraceCommand, (trace: NodeTrace, pasted: string | null) => void>> = {
    static: (trace, pasted) => list(textOf(trace, pasted), 'static'),
    test: (trace, pasted) =>
      void router.push({ name: 'doctor', query: { node: textOf(trace, pasted) ?? trace.id } }),
    form: (trace, pasted) => shell.addNode('static', textOf(trace, pasted) ?? ''),
    trusted: (trace, pasted) => list(textOf(trace, pasted), 'trusted'),
    peer: (trace) => void router.push({ name: 'peers', params: { id: trace.id } }),
    inspect: ({ id }) => void router.push(inspectorLink(id)),
    copyOwn: () => void copyOwn(),
    record: ({ enr }, pasted) => shell.openRecord(enr ?? pasted),
    ban,
  };
  return (trace, action, pasted) => actions[action](trace, pasted);
}
