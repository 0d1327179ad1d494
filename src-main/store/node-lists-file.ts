/** The format of nodes.json, the file of the node lists. The entries of a list are in the user's order. */
import { z } from 'zod';
import { MAX_NODE_TEXT } from '../../shared/enode.ts';
import { MAX_NODE_LABEL, type NodeListName } from '../../shared/model/node-list.ts';
import { NodeTextError, parseNode } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { JsonFileFormat } from './json-file.ts';

/** Current version of nodes.json. */
const NODE_LISTS_VERSION = 1;

/** BOUNDED: nodes of a list, our choice: more than a user configures. */
export const MAX_LIST_NODES = 10_000;

/** A node of a list. */
export interface ListedNode {
  readonly node: Node;
  /** The enode URL or record as the user entered it. */
  readonly text: string;
  readonly label: string | null;
  /** Unix milliseconds. */
  readonly addedAt: number;
}

const fileEntry = z
  .strictObject({
    node: z.string().max(MAX_NODE_TEXT),
    name: z.string().max(MAX_NODE_LABEL).nullable(),
    added: z.iso.datetime(),
  })
  .transform((entry, context): ListedNode => {
    try {
      return {
        node: parseNode(entry.node),
        text: entry.node,
        label: entry.name,
        addedAt: Date.parse(entry.added),
      };
    } catch (error) {
      if (!(error instanceof NodeTextError)) throw error;
      context.addIssue({ code: 'custom', path: ['node'], message: error.message });
      return z.NEVER;
    }
  });

const fileList = z
  .array(fileEntry)
  .max(MAX_LIST_NODES)
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [at, { node }] of entries.entries()) {
      if (seen.has(node.idHex))
        context.addIssue({ code: 'custom', path: [at], message: 'the node is listed twice' });
      seen.add(node.idHex);
    }
  })
  .default([]);

const fileSchema = z.strictObject({
  version: z.literal(NODE_LISTS_VERSION),
  bootnodes: fileList,
  static: fileList,
  trusted: fileList,
});

/** The format with its schema; every version so far is readable. */
export const NODE_LISTS_FORMAT: JsonFileFormat<z.output<typeof fileSchema>> = {
  schema: fileSchema,
  version: NODE_LISTS_VERSION,
  migrations: {},
  maxBytes: 16 * 1_048_576,
};

/** The content of the file for the lists. */
export function listsContent(lists: Readonly<Record<NodeListName, ReadonlyMap<string, ListedNode>>>): object {
  const entriesOf = (list: NodeListName): object[] =>
    [...lists[list].values()].map(({ text, label, addedAt }) => ({
      node: text,
      name: label,
      added: new Date(addedAt).toISOString(),
    }));
  return {
    version: NODE_LISTS_VERSION,
    bootnodes: entriesOf('bootnodes'),
    static: entriesOf('static'),
    trusted: entriesOf('trusted'),
  };
}
