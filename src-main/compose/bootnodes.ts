import type { NodeListEntry } from '../../shared/model/node-list.ts';
import type { Ground } from './ground.ts';
import { nodeTextOf, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { ListedNode } from '../store/node-lists.ts';

/** A listed node with where it comes from. */
export interface SourcedNode extends ListedNode {
  readonly source: NodeListEntry['source'];
}

/** The nodes to start from that the demo, the command line or the network names. */
export function givenBootnodes(
  { options, network }: Pick<Ground, 'options' | 'network'>,
  demo: readonly Node[] | undefined,
): readonly SourcedNode[] {
  const sourced = (node: Node, text: string, source: SourcedNode['source']): SourcedNode => ({
    node,
    text,
    label: null,
    addedAt: 0,
    source,
  });
  if (demo !== undefined) return demo.map((node) => sourced(node, nodeTextOf(node), 'network'));
  const source = options.bootnodes === undefined ? 'network' : 'flag';
  return (options.bootnodes ?? network.bootnodes).map((text) => sourced(parseNode(text), text, source));
}

/** All bootnodes in force: the given ones, then the user's. */
export function bootnodesOf(ground: Ground, given: readonly SourcedNode[]): readonly Node[] {
  return [...given, ...ground.lists.entries('bootnodes')].map(({ node }) => node);
}
