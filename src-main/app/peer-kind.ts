import type { NodeListName } from '../../shared/model/node-list.ts';

/**
 * The kind of a node, from the lists that contain it. A trusted node that is static too is trusted, which protects it more.
 * @param isListed whether a list of the user or of the command line contains the node
 */
export function peerKindOf(
  idHex: string,
  isListed: (list: Exclude<NodeListName, 'bootnodes'>, idHex: string) => boolean,
): 'static' | 'trusted' | 'dynamic' {
  if (isListed('trusted', idHex)) return 'trusted';
  return isListed('static', idHex) ? 'static' : 'dynamic';
}
