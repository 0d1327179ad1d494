import type { DnsTreeView } from '../../shared/model/dns-tree.ts';

/** The resolved share of the known entries of a tree, 0 to 1. */
export function treeShare({
  records,
  links,
  missing,
}: Pick<DnsTreeView, 'records' | 'links' | 'missing'>): number {
  const known = records + links;
  return known === 0 ? 0 : known / (known + missing);
}

/** The totals of all trees. */
export function sumTrees(trees: readonly DnsTreeView[]): {
  readonly records: number;
  readonly missing: number;
  readonly queries: number;
  readonly failed: number;
} {
  const sum = (figure: (tree: DnsTreeView) => number): number =>
    trees.reduce((total, tree) => total + figure(tree), 0);
  return {
    records: sum(({ records }) => records),
    missing: sum(({ missing }) => missing),
    queries: sum(({ queries }) => queries),
    failed: trees.filter(({ state }) => state === 'failed').length,
  };
}

/** Trees in the order of the page: failed ones first, linked ones last. */
export function orderTrees(trees: readonly DnsTreeView[]): readonly DnsTreeView[] {
  const rank = ({ state, source }: DnsTreeView): number =>
    (state === 'failed' ? 0 : 2) + (source === 'link' ? 1 : 0);
  return [...trees].sort((a, b) => rank(a) - rank(b));
}
