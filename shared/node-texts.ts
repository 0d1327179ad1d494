/*
 * Lists of nodes as users keep and paste them: one per line or separated by commas, semicolons or white space, quoted or
 * not, with comments after #. None of these characters can be part of an enode URL's host, key or ports, or of an ENR.
 */

/** One node's text and its line number, from 1. */
export interface NodeText {
  readonly line: number;
  readonly text: string;
}

const LINE_END = /\r\n|\r|\n/;
const NODE_START = /^["']?(?:enode:|enr:)/i;

/** One node's text, where it is, and the comment behind it. */
export interface PlacedNodeText extends NodeText {
  /** Character of the line where the text starts, from 1. */
  readonly column: number;
  /** The comment of the line, without #; null for none, and where the line has several nodes. */
  readonly comment: string | null;
}

/** The header of a table, `[Node.P2P]`, or a key with a value: no enode URL or record has this form. */
const TOML_START =
  /^(?:\[{1,2}[ \t]*(?!(?:true|false|null)\b)[A-Za-z_][\w.\- \t]*\]{1,2}|[A-Za-z_][\w.-]*[ \t]*=)/;

/** Whether a text whose first line without a comment this is can only be TOML. */
export const startsAsToml = (line: string): boolean => TOML_START.test(line);

/** The text of every node in `text`; the texts are not checked. */
export function splitNodeTexts(text: string): readonly NodeText[] {
  return [...placedNodeTexts(text)].map(({ line, text: node }) => ({ line, text: node }));
}

/** The text of every node in `text` with its place, one after another; the texts are not checked. */
export function* placedNodeTexts(text: string): Generator<PlacedNodeText> {
  let line = 0;
  for (const content of linesOf(text.replace(/^\uFEFF/, ''))) {
    line++;
    const hash = content.indexOf('#');
    const nodes = nodesOf(hash < 0 ? content : content.slice(0, hash));
    const comment = hash < 0 || nodes.length > 1 ? '' : content.slice(hash + 1).trim();
    for (const node of nodes) yield { ...node, line, comment: comment === '' ? null : comment };
  }
}

/** The lines of `text`, one after another. */
function* linesOf(text: string): Generator<string> {
  const end = new RegExp(LINE_END, 'g');
  let start = 0;
  for (let found = end.exec(text); found !== null; found = end.exec(text)) {
    yield text.slice(start, found.index);
    start = end.lastIndex;
  }
  yield text.slice(start);
}

/** The nodes of a line without its comment. */
function nodesOf(content: string): { text: string; column: number }[] {
  const found: { text: string; column: number }[] = [];
  for (const part of content.matchAll(/[^,;]+/g)) {
    const words = [...part[0].matchAll(/\S+/g)];
    // Words that are not nodes stay in the text of the node, which is then refused.
    const pieces = words.every(([word]) => NODE_START.test(word))
      ? words
      : [...part[0].matchAll(/\S(?:[^]*\S)?/g)];
    for (const piece of pieces) {
      const text = unquoted(piece[0]);
      const column = part.index + piece.index + piece[0].indexOf(text) + 1;
      if (text !== '') found.push({ text, column });
    }
  }
  return found;
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2]?.trim() ?? text;

/** A refusal that names the extra characters in the text of one node; undefined if there are none. */
export function strayPartOf(text: string): string | undefined {
  if (/[\s,;]#|\s\/\//.test(text)) return 'The comment after the node is not part of it. Remove it';
  if (/[,;]\s*$/.test(text)) return 'The comma at the end is not part of the node. Remove it';
  if (/[,;]/.test(text)) return 'The text contains a comma. Enter one node only';
  if (/^\s*["']/.test(text)) return 'The quotes are not part of the node. Remove them';
  return /\s/.test(text.trim()) ? 'The text contains white space. Enter one node only' : undefined;
}
