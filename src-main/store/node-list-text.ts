/**
 * Text formats of node lists: enode URLs and records, one per line or separated by commas; geth's static-nodes.json, an
 * array of such texts; geth's TOML.
 */
import type { NodeListName } from '../../shared/model/node-list.ts';
import { GETH_LIST_KEYS, readGethToml } from './geth-toml.ts';
import { writeGethLists } from './geth-toml-text.ts';
import { splitNodeTexts, type NodeText } from '../../shared/node-texts.ts';
import type { NodeListText } from './node-lines.ts';
import { JsonTextError } from '../base/json-tree.ts';
import { parseJsonText, type JsonDocument } from './json-text.ts';

/** The export formats. */
export type NodeListFormat = 'lines' | 'static-nodes.json' | 'toml';

/**
 * Parses a list in any of the formats. The first line that is neither empty nor a comment (#) decides the format.
 * @param list the list to read from a TOML file
 */
export function parseNodeListText(text: string, list: NodeListName): NodeListText {
  const first = firstLine(text);
  if (TOML_START.test(first)) return parseToml(text, list);
  if (/^[[{]/.test(first)) return parseArray(text);
  return { nodes: splitNodeTexts(text), errors: [] };
}

/** The header of a table, `[Node.P2P]`, or a key with a value: no enode URL or record has this form. */
const TOML_START =
  /^(?:\[{1,2}[ \t]*(?!(?:true|false|null)\b)[A-Za-z_][\w.\- \t]*\]{1,2}|[A-Za-z_][\w.-]*[ \t]*=)/;

function firstLine(text: string): string {
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== '' && !line.startsWith('#')) return line;
    start = end + 1;
  }
  return '';
}

function parseToml(text: string, list: NodeListName): NodeListText {
  const { lists, errors } = readGethToml(text);
  // Errors elsewhere in the file do not concern the list, unless the file cannot be parsed.
  const nodes = lists[list];
  const ours = errors.filter((error) => error.of === list || error.of === undefined);
  if (nodes !== undefined) return { nodes, errors: ours };
  const missing = { line: 1, reason: `there is no ${GETH_LIST_KEYS[list]} in a table [Node.P2P]` };
  return { nodes: [], errors: ours.length > 0 ? ours : [missing] };
}

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

function parseArray(text: string): NodeListText {
  let document: JsonDocument;
  try {
    document = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { nodes: [], errors: [{ line: error.line, reason: error.message }] };
  }
  const { value } = document;
  if (!Array.isArray(value)) {
    return { nodes: [], errors: [{ line: document.lineOf([]), reason: 'a list in [ ] is expected' }] };
  }
  const nodes: NodeText[] = [];
  const errors: { line: number; reason: string }[] = [];
  for (const [at, element] of (value as readonly unknown[]).entries()) {
    const line = document.lineOf([at]);
    if (typeof element === 'string') nodes.push({ line, text: element.trim() });
    else errors.push({ line, reason: 'a text in double quotes is expected' });
  }
  return { nodes, errors };
}
