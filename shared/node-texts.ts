/**
 * Texts of nodes among each other, as people keep and paste them: one a line or between commas, semicolons or white
 * space, quoted or not, with remarks behind #. No enode URL and no record has one of these characters in it.
 */

/** One node's text and the line it stands in, from 1. */
export interface NodeText {
  readonly line: number;
  readonly text: string;
}

const LINE_END = /\r\n|\r|\n/;
const NODE_START = /^["']?(?:enode:|enr:)/i;

/** Every node's text; none of them is checked. */
export function splitNodeTexts(text: string): readonly NodeText[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(LINE_END)
    .flatMap((line, at) => textsOf(line).map((node) => ({ line: at + 1, text: node })));
}

function textsOf(line: string): string[] {
  const remark = line.indexOf('#');
  return (remark < 0 ? line : line.slice(0, remark))
    .split(/[,;]/)
    .flatMap((part) => {
      const words = part.trim().split(/\s+/);
      // Words that are no nodes stay with the node, whose fault they are.
      return words.every((word) => NODE_START.test(word)) ? words : [part.trim()];
    })
    .map(unquoted)
    .filter((node) => node !== '');
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2]?.trim() ?? text;

/** Words for what stands in a node's text and belongs to no node; undefined where nothing does. */
export function strayPartOf(text: string): string | undefined {
  if (/[\s,;]#|\s\/\//.test(text)) return 'The remark behind the node does not belong to it: leave it out';
  if (/[,;]\s*$/.test(text)) return 'The comma at the end does not belong to the node: leave it out';
  if (/[,;]/.test(text)) return 'There is a comma in it: give one node alone';
  if (/^\s*["']/.test(text)) return 'The quotes do not belong to the node: leave them out';
  return /\s/.test(text.trim()) ? 'There is white space in it: give one node alone' : undefined;
}
