import type { NodeContext } from '../compose/node-context.ts';
import type { StorageFacts } from '../health/health-facts.ts';
import { damageText, keptText } from '../store/database-recovery.ts';

/** How saving stands, of database, settings and node lists, as the health list judges it. */
export function storageFactsOf({
  nodes,
  folder,
  unsaved,
}: Pick<NodeContext, 'nodes' | 'folder' | 'unsaved'>): StorageFacts {
  const { refusal, recovery, copies } = folder.database.state;
  const [file] = unsaved.all;
  const fileFailure = file === undefined ? undefined : `${file.name} cannot be saved: ${file.fault.reason}`;
  const code = refusal?.code ?? file?.fault.code;
  return {
    nodes: nodes.size,
    failure: refusal?.message ?? fileFailure ?? nodes.failure,
    diskFault:
      code === 'disk-full' || code === 'disk-read-only' || code === 'disk-failing' ? code : undefined,
    recovery:
      recovery === undefined
        ? undefined
        : { damage: damageText(recovery), kept: keptText(recovery), copy: recovery.copy },
    copies,
  };
}
