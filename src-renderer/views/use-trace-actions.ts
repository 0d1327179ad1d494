import { useRouter } from 'vue-router';
import type { NodeTrace } from '../../shared/model/why.ts';
import type { TraceAction } from '../components/why/trace-actions.ts';
import { useAction } from '../composables/use-action.ts';
import { copyText, say } from '../composables/use-copy.ts';
import type { Words } from '../composables/use-words.ts';
import { splitEndpoint } from '../model/format.ts';
import { useNodeStore } from '../stores/node.ts';
import { useNodesStore } from '../stores/nodes.ts';
import { useShellStore } from '../stores/shell.ts';

/** Does what the panel of a trace asks. */
export function useTraceActions(t: Words): (trace: NodeTrace, action: TraceAction) => void {
  const router = useRouter();
  const node = useNodeStore();
  const nodes = useNodesStore();
  const shell = useShellStore();
  const { run } = useAction();

  const list = (trace: NodeTrace, name: 'static' | 'trusted'): void => {
    const text = trace.enode ?? trace.enr;
    if (text === null) return;
    void run(
      () => nodes.add({ list: name, text, label: null }),
      t(name === 'static' ? 'peers.nowStatic' : 'peers.nowTrusted'),
    );
  };
  const copyOwn = async (): Promise<void> => {
    const done = await copyText(node.status?.identity.enode ?? '');
    say(t(done ? 'copy.done' : 'copy.failed', { what: 'enode' }), done ? 'good' : 'bad');
  };

  return (trace, action) => {
    switch (action) {
      case 'static':
      case 'trusted':
        return list(trace, action);
      case 'peer':
        return void router.push({ name: 'peers', params: { id: trace.id } });
      case 'copyOwn':
        return void copyOwn();
      case 'ban': {
        const endpoint = trace.address === null ? null : splitEndpoint(trace.address);
        shell.openBan({
          id: trace.id,
          name: trace.name,
          ip: endpoint?.ip ?? null,
          port: endpoint?.port ?? null,
          isStatic: trace.kind.static,
        });
      }
    }
  };
}
