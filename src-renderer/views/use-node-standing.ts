import type { NodeStanding } from '../model/node-subject.ts';
import { useNodesStore } from '../stores/nodes.ts';
import { usePeersStore } from '../stores/peers.ts';

/** The lists and sessions of all nodes, for the menus of a view. Called in a setup function. */
export function useNodeStanding(): NodeStanding {
  const nodes = useNodesStore();
  const peers = usePeersStore();
  peers.subscribe();
  return {
    get lists() {
      return nodes.lists;
    },
    isConnected: (id) => peers.rows.has(id),
  };
}
