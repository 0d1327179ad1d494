/** Node lists as people exchange them: one enode or ENR a line, or geth's static-nodes.json, an array of such texts. */
import { z } from 'zod';
import { JsonTextError, parseJsonText, type JsonDocument } from './json-text.ts';

/** The forms that a list can be exported in. */
export type NodeListFormat = 'lines' | 'static-nodes.json';

/** One node's text and the line it stands in, from 1. */
export interface NodeLine {
  readonly line: number;
  readonly text: string;
}

/** What was read, and what could not be. */
export interface NodeListText {
  readonly nodes: readonly NodeLine[];
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
}

/** Reads either form; it is told by the first character. Empty lines and lines that begin with # say nothing. */
export function parseNodeListText(text: string): NodeListText {
  return /^\uFEFF?\s*[[{]/.test(text) ? parseArray(text) : parseLines(text);
}

/** Writes a list in the form asked for. */
export function formatNodeListText(nodes: readonly string[], format: NodeListFormat): string {
  return format === 'lines'
    ? nodes.map((node) => `${node}\n`).join('')
    : `${JSON.stringify(nodes, undefined, 2)}\n`;
}

function parseLines(text: string): NodeListText {
  const nodes: NodeLine[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^\uFEFF/, '').trim();
    if (line !== '' && !line.startsWith('#')) nodes.push({ line: at + 1, text: line });
  }
  return { nodes, errors: [] };
}

const arrayOfAnything = z.array(z.unknown());

function parseArray(text: string): NodeListText {
  let document: JsonDocument;
  try {
    document = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { nodes: [], errors: [{ line: error.line, reason: error.message }] };
  }
  const array = arrayOfAnything.safeParse(document.value);
  if (!array.success) return { nodes: [], errors: [{ line: 1, reason: 'a list in [ ] is expected' }] };
  const nodes: NodeLine[] = [];
  const errors: { line: number; reason: string }[] = [];
  for (const [at, element] of array.data.entries()) {
    const line = document.lineOf([at]);
    if (typeof element === 'string') nodes.push({ line, text: element.trim() });
    else errors.push({ line, reason: 'a text in double quotes is expected' });
  }
  return { nodes, errors };
}
