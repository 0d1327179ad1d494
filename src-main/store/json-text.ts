/** Parses JSON and keeps the line of each value, for error messages about files that people edit. */
import { JsonTextError, lineAt, parseJsonTree, type JsonNode, type JsonTree } from '../base/json-tree.ts';

/** A path into a document: names of members and indices of elements. */
export type JsonPath = readonly PropertyKey[];

/** A parsed document. */
export interface JsonDocument {
  readonly value: unknown;
  /** The line (from 1) of the value at `path`, or of the innermost existing value on the path. */
  lineOf(path: JsonPath): number;
}

/**
 * Parses one document. A duplicate member is an error, because it is unclear which one counts.
 * @throws JsonTextError
 */
export function parseJsonText(text: string): JsonDocument {
  const tree = parseJsonTree(text, { comments: false });
  return {
    value: valueOf(tree.root, tree),
    lineOf(path) {
      let node = tree.root;
      for (const step of path) {
        const inner = childOf(node, step);
        if (inner === undefined) break;
        node = inner;
      }
      return lineAt(tree.text, node.offset);
    },
  };
}

function childOf(node: JsonNode, step: PropertyKey): JsonNode | undefined {
  if (node.kind === 'array') return node.elements[Number(step)];
  if (node.kind === 'object') return node.members.find(({ name }) => name === String(step))?.value;
  return undefined;
}

function valueOf(node: JsonNode, tree: JsonTree): unknown {
  switch (node.kind) {
    case 'plain':
      return node.value;
    case 'number':
      return Number(node.text);
    case 'array':
      return node.elements.map((element) => valueOf(element, tree));
    case 'object': {
      const members = new Map<string, unknown>();
      for (const { name, offset, value } of node.members) {
        if (members.has(name))
          throw new JsonTextError(tree.text, offset, `"${name.slice(0, 40)}" is given twice`);
        members.set(name, valueOf(value, tree));
      }
      return Object.fromEntries(members);
    }
  }
}
