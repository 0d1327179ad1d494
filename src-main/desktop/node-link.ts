import { MAX_NODE_TEXT, parseEnode } from '../../shared/enode.ts';
import { parseEnrText } from '../../shared/enr-text.ts';
import { refuseNodeCount } from '../../shared/node-check.ts';

/** Schemes of links that the application opens; the system hands such a link over when it is clicked. */
export const NODE_SCHEMES = ['enode', 'enr'] as const;

/** Whether an argument is such a link, valid or not. */
export const isNodeLink = (text: string): boolean => /^(?:enode|enr):/i.test(text);

/** The node of a link, or a sentence why it is refused. */
export type NodeLink =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Reads a link, which any web page may have written: it carries one node and nothing else. */
export function readNodeLink(link: string): NodeLink {
  if (link.length > MAX_NODE_TEXT) {
    return refuse(`it is longer than ${String(MAX_NODE_TEXT)} characters`);
  }
  const more = refuseNodeCount(link);
  if (more !== undefined) return refuse('it has more than one node');
  // Systems write schemes in small letters or as typed; some end the host with a slash.
  const scheme = link.slice(0, link.indexOf(':')).toLowerCase();
  const text = `${scheme}${link.slice(scheme.length)}`.replace(/\/$/, '');
  const result = scheme === 'enr' ? parseEnrText(text) : parseEnode(text);
  return result.ok ? { ok: true, text } : refuse(`${result.message} (${link.slice(0, 40)}…)`);
}

const refuse = (reason: string): NodeLink => ({ ok: false, reason: `The link was not opened: ${reason}.` });
