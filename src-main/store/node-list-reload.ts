import type { NodeListName } from '../../shared/model/node-list.ts';
import type { ListedNode } from './node-lists-file.ts';

/** A node of a list before and after it was edited. */
export interface EditedNode {
  readonly before: ListedNode;
  readonly after: ListedNode;
}

/** How a list differs from before, after its file was read again. */
export interface ListReload {
  readonly list: NodeListName;
  readonly added: readonly ListedNode[];
  readonly removed: readonly ListedNode[];
  /** The nodes whose text or label has changed. */
  readonly edited: readonly EditedNode[];
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
  const edited = [...after.values()].flatMap((entry) => editOf(before.get(entry.node.idHex), entry));
  const order = [...after.keys()];
  const isMoved = [...before.keys()].some((id, at) => order[at] !== id);
  const isChanged = added.length > 0 || removed.length > 0 || edited.length > 0 || isMoved;
  return { list, added, removed, edited, isChanged };
}

function editOf(before: ListedNode | undefined, after: ListedNode): readonly EditedNode[] {
  if (before === undefined) return [];
  const isEdited = before.text !== after.text || before.label !== after.label;
  return isEdited ? [{ before, after }] : [];
}
