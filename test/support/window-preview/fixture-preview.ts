import {
  MAX_PREVIEW_NODES,
  type NodeAddition,
  type NodeAdditionResult,
  type NodePreview,
  type PreviewNode,
} from '../../../shared/model/node-preview.ts';
import { placedNodeTexts, type PlacedNodeText } from '../../../shared/node-texts.ts';

/** The preview of lines: `older`, `newer`, `listed`, `own`, `full` in a label, and a host of `0.0.0.0`, give the other states. */
export function makeNodePreview(text: string): NodePreview {
  const seen = new Map<string, number>();
  const texts = [...placedNodeTexts(text)];
  const nodes = texts.slice(0, MAX_PREVIEW_NODES).map((node, at) => previewOf(node, at, seen));
  return { format: 'lines', nodes, more: texts.length - nodes.length, lists: null };
}

function previewOf({ text, line, column, comment }: PlacedNodeText, at: number, seen: Map<string, number>) {
  const found = /^enode:\/\/([0-9a-f]{128})@([\w.[\]:-]+):(\d{1,5})/.exec(text);
  const [, key = '', written = '', port = ''] = found ?? [];
  const host = written.replace(/^\[|\]$/g, '');
  const base: PreviewNode = {
    ...{ at, line, column: null, text: text.slice(0, 1_024), wrongAt: null, label: comment },
    ...{ id: key.slice(0, 64), host, tcp: Number(port), udp: Number(port), state: 'new', reason: null },
    ...{ sameAs: null, lists: [], record: null },
  };
  if (found === null) {
    const wrongAt = Math.min(text.length, Math.max(0, text.search(/[^enode:/0-9a-f]/)));
    const reason = 'The public key has a character that is not a hex digit.';
    return {
      ...base,
      id: null,
      host: null,
      state: 'refused',
      reason,
      wrongAt,
      column: column + wrongAt,
    } as const;
  }
  const sameAs = seen.get(key);
  if (sameAs !== undefined) return { ...base, state: 'repeated', sameAs } as const;
  seen.set(key, line);
  if (host === '0.0.0.0') {
    const reason = '0.0.0.0 is the unspecified address. Enter the address of the node.';
    return { ...base, state: 'refused', reason } as const;
  }
  return { ...base, ...byLabel(comment ?? '') };
}

function byLabel(label: string): Partial<PreviewNode> {
  if (label.includes('older')) return { record: { seq: '3', knownSeq: '7', age: 'older' } };
  if (label.includes('newer')) return { state: 'newer', record: { seq: '9', knownSeq: '7', age: 'newer' } };
  if (label.includes('listed')) return { state: 'listed', lists: ['trusted'] };
  return label.includes('own') ? { state: 'own' } : {};
}

/** What happened to each node: a label with `full` is refused. */
export function makeAdditions(nodes: readonly NodeAddition[]): readonly NodeAdditionResult[] {
  return nodes.map(({ label }) => {
    if (label?.includes('full')) return { outcome: 'refused', reason: 'A list holds at most 10000 nodes.' };
    return { outcome: label?.includes('newer') ? 'updated' : 'added', reason: null };
  });
}
