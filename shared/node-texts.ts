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

/** The text of every node in `text`; the texts are not checked. */
export function splitNodeTexts(text: string): readonly NodeText[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(LINE_END)
    .flatMap((line, at) => textsOf(line).map((node) => ({ line: at + 1, text: node })));
}

function textsOf(line: string): string[] {
  const comment = line.indexOf('#');
  return (comment < 0 ? line : line.slice(0, comment))
    .split(/[,;]/)
    .flatMap((part) => {
      const words = part.trim().split(/\s+/);
      // Words that are not nodes stay in the text of the node, which is then refused.
      return words.every((word) => NODE_START.test(word)) ? words : [part.trim()];
    })
    .map(unquoted)
    .filter((node) => node !== '');
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
