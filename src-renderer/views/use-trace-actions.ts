import { useRouter } from 'vue-router';
import type { NodeTrace } from '../../shared/model/why.ts';
import type { TraceAction } from '../components/why/trace-actions.ts';
import { useAction } from '../composables/use-action.ts';
import { copyText, say } from '../composables/use-copy.ts';
import type { Words } from '../composables/use-words.ts';
import { splitEndpoint } from '../model/format.ts';
import { useListMembership } from '../stores/list-membership.ts';
import { useNodeStore } from '../stores/node.ts';
import { useShellStore } from '../stores/shell.ts';

/** Does what the panel of a trace asks. */
export function useTraceActions(t: Words): (trace: NodeTrace, action: TraceAction) => void {
  const router = useRouter();
  const node = useNodeStore();
  const lists = useListMembership(t);
  const shell = useShellStore();
  const { run } = useAction();

  const list = (trace: NodeTrace, name: 'static' | 'trusted'): void => {
    const text = trace.enode ?? trace.enr;
    if (text !== null) void run(() => lists.put(name, text, null));
  };
  const copyOwn = async (): Promise<void> => {
    const done = await copyText(node.status?.identity.enode ?? '');
    say(t(done ? 'copy.done' : 'copy.failed', { what: 'enode' }), done ? 'good' : 'bad');
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

  const actions: Readonly<Record<TraceAction, (trace: NodeTrace) => void>> = {
    static: (trace) => list(trace, 'static'),
    trusted: (trace) => list(trace, 'trusted'),
    peer: (trace) => void router.push({ name: 'peers', params: { id: trace.id } }),
    copyOwn: () => void copyOwn(),
    record: ({ enr }) => shell.openRecord(enr),
    ban,
  };
  return (trace, action) => actions[action](trace);
}
