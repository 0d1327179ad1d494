import type { NodeListEntry, NodeListName } from '../../shared/model/node-list.ts';
import type { SettingSource } from '../../shared/model/settings.ts';
import { nodeTextOf, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { Network } from '../chain/networks.ts';
import type { NodeListStore } from '../store/node-lists.ts';
import type { ListedNode } from '../store/node-lists-file.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { LaunchOptions } from './launch-options.ts';

/** A listed node with its source. */
export interface SourcedNode extends ListedNode {
  readonly source: NodeListEntry['source'];
}

/** The nodes of each list that cannot be edited. */
export type ConfiguredNodes = Readonly<Record<NodeListName, readonly SourcedNode[]>>;

/** The sources of nodes that cannot be edited. */
export interface ConfiguredNodesParts {
  readonly options: Pick<LaunchOptions, 'staticNodes' | 'trustedNodes'>;
  readonly network: Pick<Network, 'bootnodes'>;
  readonly settings: Pick<EffectiveSettings, 'current' | 'sourceOf'>;
}

/** The nodes of the demo, the settings, the command line and the network; the bootnodes follow the settings. */
export function configuredNodes(
  { options, network, settings }: ConfiguredNodesParts,
  demo: readonly Node[] | undefined,
): ConfiguredNodes {
  const flag = (texts: readonly string[]): readonly SourcedNode[] =>
    texts.map((text) => sourced(parseNode(text), text, 'flag'));
  let texts: readonly string[] | null | undefined;
  let bootnodes: readonly SourcedNode[] = [];
  return {
    get bootnodes() {
      if (demo !== undefined) return demo.map((node) => sourced(node, nodeTextOf(node), 'network'));
      const chosen = settings.current().bootnodes;
      if (chosen !== texts) {
        texts = chosen;
        const source = chosen === null ? 'network' : BOOTNODE_SOURCES[settings.sourceOf('bootnodes')];
        bootnodes = withoutDuplicates(chosen ?? network.bootnodes, source);
      }
      return bootnodes;
    },
    static: flag(options.staticNodes),
    trusted: flag(options.trustedNodes),
  };
}

const BOOTNODE_SOURCES = {
  default: 'network',
  demo: 'network',
  file: 'setting',
  environment: 'environment',
  flag: 'flag',
} as const satisfies Record<SettingSource, SourcedNode['source']>;

/** Removes duplicates: each node ID is kept once. */
function withoutDuplicates(texts: readonly string[], source: SourcedNode['source']): readonly SourcedNode[] {
  const nodes = texts.map((text) => sourced(parseNode(text), text, source));
  return [...new Map(nodes.map((entry) => [entry.node.idHex, entry])).values()];
}

/** All nodes of a list: the configured ones, then those that the user added. */
export function nodesOf(
  list: NodeListName,
  configured: ConfiguredNodes,
  lists: Pick<NodeListStore, 'entries'>,
): readonly Node[] {
  return [...configured[list], ...lists.entries(list)].map(({ node }) => node);
}

const sourced = (node: Node, text: string, source: SourcedNode['source']): SourcedNode => ({
  node,
  text,
  label: null,
  addedAt: 0,
  source,
});
