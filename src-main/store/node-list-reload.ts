import type { NodeListName } from '../../shared/model/node-list.ts';
import type { ListedNode } from './node-lists-file.ts';

/** How a list differs from before, after its file was read again. */
export interface ListReload {
  readonly list: NodeListName;
  readonly added: readonly ListedNode[];
  readonly removed: readonly ListedNode[];
  /** The nodes whose text or label has changed. */
  readonly edited: readonly ListedNode[];
  /** Whether anything differs, the order included. */
  readonly isChanged: boolean;
}

/** Compares a list with its new content. */
export function compareLists(
  list: NodeListName,
  before: ReadonlyMap<string, ListedNode>,
  after: ReadonlyMap<string, ListedNode>,
): ListReload {
  const added = [...after.values()].filter(({ node }) => !before.has(node.idHex));
  const removed = [...before.values()].filter(({ node }) => !after.has(node.idHex));
  const edited = [...after.values()].filter((entry) => isEdited(before.get(entry.node.idHex), entry));
  const order = [...after.keys()];
  const isMoved = [...before.keys()].some((id, at) => order[at] !== id);
  const isChanged = added.length > 0 || removed.length > 0 || edited.length > 0 || isMoved;
  return { list, added, removed, edited, isChanged };
}

const isEdited = (before: ListedNode | undefined, { text, label }: ListedNode): boolean =>
  before !== undefined && (before.text !== text || before.label !== label);
