import { compareDistance, logDistance } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';

/**
 * Nodes of each bucket that a passive node knows: so few that a lookup goes from node to node, and asks for few records. Every
 * lookup still reaches its target.
 */
const NODES_IN_A_BUCKET = 2;

/** The node that is nearest to an ID; undefined for none. @param id node ID, 32 bytes */
export function nearestTo(id: Uint8Array, nodes: readonly Node[]): Node | undefined {
  return byDistance(id, nodes)[0];
}

/** The table of a passive node: of each bucket of log distance the nearest nodes. */
export function neighboursOf({ id, idHex }: Node, nodes: readonly Node[]): readonly Node[] {
  const counts = new Map<number, number>();
  return byDistance(id, nodes).filter((node) => {
    if (node.idHex === idHex) return false;
    const distance = logDistance(id, node.id);
    const count = (counts.get(distance) ?? 0) + 1;
    counts.set(distance, count);
    return count <= NODES_IN_A_BUCKET;
  });
}

const byDistance = (id: Uint8Array, nodes: readonly Node[]): Node[] =>
  [...nodes].sort((a, b) => compareDistance(id, a.id, b.id));
