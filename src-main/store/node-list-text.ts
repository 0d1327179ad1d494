/** The text formats in which a list is exported: one node per line, geth's static-nodes.json and geth's TOML. */
import type { NodeListName } from '../../shared/model/node-list.ts';
import { writeGethLists } from './geth-toml-text.ts';

/** The export formats. */
export type NodeListFormat = 'lines' | 'static-nodes.json' | 'toml';

/** Formats a list. @param list its key in TOML */
export function formatNodeListText(
  nodes: readonly string[],
  format: NodeListFormat,
  list: NodeListName,
): string {
  switch (format) {
    case 'lines':
      return nodes.map((node) => `${node}\n`).join('');
    case 'static-nodes.json':
      return `${JSON.stringify(nodes, undefined, 2)}\n`;
    case 'toml':
      return writeGethLists({ [list]: nodes });
  }
}
