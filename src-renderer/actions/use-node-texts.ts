import type { Translate } from '../composables/use-messages.ts';
import type { NodeSubject } from '../model/node-subject.ts';
import { usePeersStore } from '../stores/peers.ts';
import { useWhyStore } from '../stores/why.ts';

/** The enode URL and the ENR of a node, as far as they are known. */
export interface NodeTexts {
  readonly enode: string | null;
  readonly enr: string | null;
}

/** Finds the texts of nodes: those that a table has, else those of the session, else those of the trace. */
export interface NodeTextFinder {
  /** Rejects when the node refuses the request. */
  of(subject: NodeSubject): Promise<NodeTexts>;
  /** The ENR or the enode URL; rejects if neither is known. */
  required(subject: NodeSubject): Promise<string>;
  /** The enode URLs that are known, in the order of the nodes. Never rejects. */
  enodes(subjects: readonly NodeSubject[]): Promise<readonly string[]>;
}

/** Requests at the same time. */
const PARALLEL = 8;

/** Called in a setup function. */
export function useNodeTexts(t: Translate): NodeTextFinder {
  const peers = usePeersStore();
  const why = useWhyStore();

  const of = async ({ id, enode, enr, connected }: NodeSubject): Promise<NodeTexts> => {
    if (enode !== null && enr !== null) return { enode, enr };
    if (enode !== null && !connected) return { enode, enr };
    const known = peers.detail?.row.id === id ? peers.detail : null;
    const detail = connected ? (known ?? (await peers.fetchDetail(id))) : null;
    if (detail !== null) return { enode: enode ?? detail.enode, enr: enr ?? detail.enr };
    const trace = await why.traceOf(id);
    return { enode: enode ?? trace.enode, enr: enr ?? trace.enr };
  };
  const enodeOf = async (subject: NodeSubject): Promise<string | null> => {
    if (subject.enode !== null) return subject.enode;
    try {
      return (await of(subject)).enode;
    } catch {
      // It is counted among those without an enode.
      return null;
    }
  };
  return {
    of,
    async required(subject) {
      const { enode, enr } = await of(subject);
      const text = subject.connected ? (enode ?? enr) : (enr ?? enode);
      if (text === null) throw new Error(t('batch.noText'));
      return text;
    },
    async enodes(subjects) {
      const found: (string | null)[] = [];
      for (let at = 0; at < subjects.length; at += PARALLEL)
        found.push(...(await Promise.all(subjects.slice(at, at + PARALLEL).map(enodeOf))));
      return found.filter((enode): enode is string => enode !== null);
    },
  };
}
