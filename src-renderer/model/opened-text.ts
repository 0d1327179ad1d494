import { MAX_IMPORT_CHARACTERS } from '../../shared/api-contract.ts';
import { MAX_PREVIEW_CHARACTERS } from '../../shared/model/node-preview.ts';
import { MAX_RECORDING_CHARACTERS } from '../../shared/model/recording.ts';
import { startsAsToml } from '../../shared/node-texts.ts';
import { visibleText } from './format.ts';

/** What a text is: a list of nodes, geth's TOML, or a recording as JSON lines. */
export type TextContent = 'nodes' | 'settings' | 'recording';

/** Largest text of each content, in characters. */
export const MAX_TEXT: Readonly<Record<TextContent, number>> = {
  nodes: MAX_PREVIEW_CHARACTERS,
  settings: MAX_IMPORT_CHARACTERS,
  recording: MAX_RECORDING_CHARACTERS,
};

/** BOUNDED: characters of a file's name in a sentence. */
const MAX_SHOWN_NAME = 80;

/** The name of a file in a sentence. */
export const shownFileName = (name: string): string => visibleText(name.slice(0, MAX_SHOWN_NAME));

/** The first line of a recording: a JSON object that names the format (docs/recording.md). */
const RECORDING = /^\{[^\n]{0,400}"format"\s*:\s*"enodeck-recording"/;
/** A JSON list or object, or a node. */
const NODES = /^(?:\[|\{|["']?(?:enode:|enr:))/i;

/** BOUNDED: characters of comments before the first line that decides. */
const MAX_HEAD = 65_536;

/** Recognises a text by its first line that is neither empty nor a comment; its name may be wrong. Null for none of these. */
export function contentOf(text: string): TextContent | null {
  const head = text.slice(0, MAX_HEAD).replace(/^\uFEFF/, '');
  if (head.includes('\0')) return null;
  const first = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*/.exec(head)?.[0].length ?? 0;
  const line = head.slice(first);
  if (RECORDING.test(line)) return 'recording';
  // Lists of nodes as TOML are settings too: they name their lists.
  if (startsAsToml(line)) return 'settings';
  return NODES.test(line) ? 'nodes' : null;
}
