import type { WireFault, WireNode } from '../../shared/model/wire.ts';

/** A line of the tree of fields. */
export interface FieldLine {
  readonly kind: 'field' | 'omitted' | 'unread';
  /** Identifies the node in its message: the indexes on the way to it. */
  readonly key: string;
  readonly node: WireNode;
  readonly depth: number;
  /** Path of the field: `headers[3].mixHash`; the message's name for the message. */
  readonly path: string;
  readonly isOpen: boolean;
  /** Index of the parent's line; -1 for the message. */
  readonly parent: number;
  /** Whether decoding stopped at this field. */
  readonly isFault: boolean;
  /** Of `omitted`: fields; of `unread`: bytes. */
  readonly count: number;
}

/** The key of the message itself. */
export const ROOT_KEY = '0';

/** Whether a value is computed and not in the message. */
export const isComputed = (node: WireNode): boolean => node.start === node.end;

/** The path of a child in the words of the specification. */
export function childPath(parent: string, name: string): string {
  return name.startsWith('[') ? `${parent}${name}` : parent === '' ? name : `${parent}.${name}`;
}

/** The lines of a message with the open nodes. Lines after a fault are replaced by one that says how much is unread. */
export function flattenTree(
  root: WireNode,
  open: ReadonlySet<string>,
  fault: WireFault | null,
): readonly FieldLine[] {
  const lines: FieldLine[] = [];
  const visit = (node: WireNode, key: string, path: string, depth: number, parent: number): void => {
    const isOpen = open.has(key) && node.children.length > 0;
    const at = lines.length;
    const isFault = fault !== null && path === fault.path && depth > 0;
    const line = { node, depth, parent, count: 0 };
    lines.push({ ...line, kind: 'field', key, path: path === '' ? node.name : path, isOpen, isFault });
    if (!isOpen) return;
    node.children.forEach((child, index) =>
      visit(child, `${key}.${index}`, childPath(path, child.name), depth + 1, at),
    );
    if (node.omitted > 0) {
      const rest = { node, depth: depth + 1, parent: at, count: node.omitted, isOpen: false, isFault: false };
      lines.push({ ...rest, kind: 'omitted', key: `${key}.rest`, path });
    }
  };
  visit(root, ROOT_KEY, '', 0, -1);
  return fault === null ? lines : [...lines, unreadLine(root, fault, lines)];
}

function unreadLine(root: WireNode, fault: WireFault, lines: readonly FieldLine[]): FieldLine {
  const faulty = lines.find(({ isFault }) => isFault)?.node;
  const from = faulty !== undefined && faulty.end > fault.offset ? faulty.end : fault.offset;
  return {
    kind: 'unread',
    key: 'unread',
    node: root,
    depth: Math.min(3, pathKeys(root, fault.path).length - 1),
    path: fault.path,
    isOpen: false,
    parent: 0,
    isFault: false,
    count: Math.max(0, root.end - from),
  };
}

/** The keys of the nodes on the way to `path`, the message first, as far as the tree has them. */
export function pathKeys(root: WireNode, path: string): readonly string[] {
  const keys = [ROOT_KEY];
  let node = root;
  let at = '';
  for (;;) {
    const index = node.children.findIndex(({ name }) => isOnPath(childPath(at, name), path));
    const child = node.children[index];
    if (child === undefined || path === '') return keys;
    at = childPath(at, child.name);
    keys.push(`${keys[keys.length - 1] ?? ROOT_KEY}.${index}`);
    node = child;
  }
}

const isOnPath = (prefix: string, path: string): boolean =>
  path === prefix || (path.startsWith(prefix) && /^[.[]/.test(path.slice(prefix.length)));

/** Nodes that are open at first, to this depth. */
const OPEN_DEPTH = 3;

/** What is open at first: the outer fields, of a list its first item, and the way to the fault. */
export function openAtFirst(root: WireNode, fault: WireFault | null): ReadonlySet<string> {
  const open = new Set<string>(fault === null ? [] : pathKeys(root, fault.path));
  const visit = (node: WireNode, key: string, depth: number): void => {
    if (node.children.length === 0 || depth >= OPEN_DEPTH) return;
    open.add(key);
    node.children.forEach((child, index) => {
      // With a fault only the way to it is open, so that it is in sight.
      const isFirst = !child.name.startsWith('[') || (index === 0 && fault === null);
      if (isFirst) visit(child, `${key}.${index}`, depth + 1);
    });
  };
  visit(root, ROOT_KEY, 0);
  return open;
}

/** The innermost field at a byte, as the keys on the way to it. */
export function keysAt(root: WireNode, offset: number): readonly string[] {
  const keys = [ROOT_KEY];
  let node = root;
  for (;;) {
    const index = node.children.findIndex(({ start, end }) => start <= offset && offset < end);
    const child = node.children[index];
    if (child === undefined) return keys;
    keys.push(`${keys[keys.length - 1] ?? ROOT_KEY}.${index}`);
    node = child;
  }
}

/** The node of a key and its path; null for a key that the message does not have. */
export function nodeOfKey(
  root: WireNode,
  key: string,
): { readonly node: WireNode; readonly path: string } | null {
  let node = root;
  let path = '';
  for (const index of key.split('.').slice(1)) {
    const child = node.children[Number(index)];
    if (child === undefined) return null;
    path = childPath(path, child.name);
    node = child;
  }
  return { node, path: path === '' ? node.name : path };
}

/** BOUNDED: parents that stay on top. */
export const MAX_PINNED = 4;

/** The parents of the first lines in sight, outermost first, as indexes: they stay on top while their children scroll. */
export function pinnedLines(lines: readonly FieldLine[], first: number): readonly number[] {
  const pinned: number[] = [];
  while (pinned.length < MAX_PINNED) {
    const parents = parentsOf(lines, first + pinned.length);
    const next = parents[pinned.length];
    if (next === undefined || next >= first + pinned.length) break;
    pinned.push(next);
  }
  return pinned;
}

function parentsOf(lines: readonly FieldLine[], index: number): readonly number[] {
  const parents: number[] = [];
  for (let at = lines[index]?.parent ?? -1; at >= 0; at = lines[at]?.parent ?? -1) parents.unshift(at);
  return parents;
}

/** What is wrong, without the path: "has 31 bytes, 32 are required". */
export function faultWords({ path, message }: WireFault): string {
  return path !== '' && message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
}
