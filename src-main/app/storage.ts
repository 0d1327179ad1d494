import type { StorageFacts } from '../health/health-facts.ts';
import type { Database } from '../store/database.ts';
import type { NodeStore } from '../store/node-store.ts';
import type { UnsavedFiles } from '../store/unsaved-files.ts';
import type { DiskSpaceWatch } from './disk-space-watch.ts';
import { damageText, keptText } from '../store/recovery-text.ts';

/** The stores of the node's data. */
export interface StorageParts {
  readonly nodes: Pick<NodeStore, 'size' | 'failure'>;
  readonly database: Pick<Database, 'state'>;
  readonly unsaved: Pick<UnsavedFiles, 'all'>;
  readonly space: Pick<DiskSpaceWatch, 'shortest'>;
}

/** Whether database, settings and node lists can be saved, for the health list. */
export function storageFactsOf({ nodes, database, unsaved, space }: StorageParts): StorageFacts {
  const { refusal, recovery, copies } = database.state;
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
        : {
            damage: damageText(recovery),
            kept: keptText(recovery),
            copy: recovery.copy,
            replaced: recovery.replaced,
          },
    copies,
    space: space.shortest,
  };
}
