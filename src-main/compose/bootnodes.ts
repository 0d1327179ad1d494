import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import type { Ground } from './ground.ts';
import { nodeTextOf, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { ListedNode } from '../store/node-lists.ts';

/** A listed node with where it comes from. */
export interface SourcedNode extends ListedNode {
  readonly source: NodeListEntry['source'];
}

/** The nodes of each list that cannot be edited: they hold for this run. */
export type GivenNodes = Readonly<Record<NodeListName, readonly SourcedNode[]>>;

/** The nodes that the demo, the command line or the network names. */
export function givenNodes(
  { options, network }: Pick<Ground, 'options' | 'network'>,
  demo: readonly Node[] | undefined,
): GivenNodes {
  const flag = (texts: readonly string[]): readonly SourcedNode[] =>
    texts.map((text) => sourced(parseNode(text), text, 'flag'));
  const bootnodes =
    demo?.map((node) => sourced(node, nodeTextOf(node), 'network')) ??
    (options.bootnodes === undefined
      ? network.bootnodes.map((text) => sourced(parseNode(text), text, 'network'))
      : flag(options.bootnodes));
  return { bootnodes, static: flag(options.staticNodes), trusted: flag(options.trustedNodes) };
}

/** All nodes of a list that are in force: the given ones, then the user's. */
export function nodesOf(
  { lists }: Pick<Ground, 'lists'>,
  given: GivenNodes,
  list: NodeListName,
): readonly Node[] {
  return [...given[list], ...lists.entries(list)].map(({ node }) => node);
}

const sourced = (node: Node, text: string, source: SourcedNode['source']): SourcedNode => ({
  node,
  text,
  label: null,
  addedAt: 0,
  source,
});
