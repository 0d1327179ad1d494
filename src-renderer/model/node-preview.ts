import type { NodeAdditionResult, PreviewNode, PreviewState } from '../../shared/model/node-preview.ts';
import type { Translate } from '../composables/use-messages.ts';
import { formatCount, visibleText } from './format.ts';

/** The kinds of rows that can be shown alone. */
export const PREVIEW_KINDS = ['all', 'good', 'same', 'wrong'] as const;
/** One of PREVIEW_KINDS. */
export type PreviewKind = (typeof PREVIEW_KINDS)[number];

const KIND_OF = {
  new: 'good',
  newer: 'good',
  listed: 'same',
  repeated: 'same',
  own: 'wrong',
  refused: 'wrong',
} as const satisfies Record<PreviewState, PreviewKind>;

/** Whether a row can be added. */
export const isPickable = ({ state }: PreviewNode): boolean => KIND_OF[state] === 'good';

/** What happened to rows, by their `at`; null before the addition. */
export type PreviewResults = ReadonlyMap<number, NodeAdditionResult> | null;

const RESULT_KINDS = { added: 'good', updated: 'good', unchanged: 'same', refused: 'wrong' } as const;

/** The kind of a row: before the addition by its state, then by its outcome. A row that was not chosen is left as it was. */
function kindOf(node: PreviewNode, results: PreviewResults): Exclude<PreviewKind, 'all'> {
  const result = results?.get(node.at);
  if (result !== undefined) return RESULT_KINDS[result.outcome];
  return results !== null && isPickable(node) ? 'same' : KIND_OF[node.state];
}

/** The rows of a kind. */
export function rowsOfKind(
  nodes: readonly PreviewNode[],
  kind: PreviewKind,
  results: PreviewResults,
): readonly PreviewNode[] {
  return kind === 'all' ? nodes : nodes.filter((node) => kindOf(node, results) === kind);
}

/** The number of rows of each kind. */
export function countKinds(
  nodes: readonly PreviewNode[],
  results: PreviewResults,
): Readonly<Record<PreviewKind, number>> {
  const counts = { all: nodes.length, good: 0, same: 0, wrong: 0 };
  for (const node of nodes) counts[kindOf(node, results)]++;
  return counts;
}

/** The colour of a row's dot: its kind before the addition, its outcome after it. */
export function previewTone(
  node: PreviewNode,
  result: NodeAdditionResult | null,
): 'good' | 'warn' | 'bad' | 'faint' {
  if (result !== null) return RESULT_TONES[result.outcome];
  if (KIND_OF[node.state] === 'wrong') return 'bad';
  if (KIND_OF[node.state] === 'same') return 'faint';
  return node.record?.age === 'older' ? 'warn' : 'good';
}

const RESULT_TONES = { added: 'good', updated: 'good', unchanged: 'faint', refused: 'bad' } as const;

/** What a row is, in words. */
export function previewText(node: PreviewNode, t: Translate): string {
  return [stateText(node, t), ...noteTexts(node, t)].join(', ');
}

function stateText({ state, reason, column, sameAs, record }: PreviewNode, t: Translate): string {
  const seqs = { seq: record?.seq ?? '', known: record?.knownSeq ?? '' };
  switch (state) {
    case 'newer':
      return t('preview.newer', seqs);
    case 'listed':
      return t(record?.age === 'older' ? 'preview.listedNewer' : 'preview.listed', seqs);
    case 'repeated':
      return t('preview.repeated', { line: formatCount(sameAs ?? 0) });
    case 'refused':
      return column === null
        ? visibleText(reason ?? '')
        : t('preview.refusedAt', { reason: visibleText(reason ?? ''), column: formatCount(column) });
    default:
      return t(`preview.${state}`);
  }
}

/** What is worth knowing of a new node besides. */
function noteTexts({ state, record, lists }: PreviewNode, t: Translate): string[] {
  const notes: string[] = [];
  if (state === 'new' && record !== null && record.age !== 'same') {
    const key = record.age === 'older' ? 'preview.recordOlder' : 'preview.recordNewer';
    notes.push(t(key, { seq: record.seq, known: record.knownSeq }));
  }
  if (lists.length > 0 && state !== 'own') {
    notes.push(t('preview.alsoIn', { lists: lists.map((list) => t(`nodes.${list}`)).join(', ') }));
  }
  return notes;
}

/** What happened to a row, in words. @param result null for a row that was not chosen */
export function resultText(result: NodeAdditionResult | null, t: Translate): string {
  if (result === null) return t('preview.left');
  return result.outcome === 'refused' ? visibleText(result.reason ?? '') : t(`preview.${result.outcome}`);
}

/** The sum of an addition, in words. @param list the name of the list */
export function resultSum(results: readonly NodeAdditionResult[], list: string, t: Translate): string {
  const count = (outcome: NodeAdditionResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const parts = (
    [
      ['preview.doneAdded', count('added')],
      ['preview.doneUpdated', count('updated')],
      ['preview.doneUnchanged', count('unchanged')],
      ['preview.doneRefused', count('refused')],
    ] as const
  ).flatMap(([key, n]) => (n === 0 ? [] : [t(key, { n: formatCount(n), list }, n)]));
  return parts.length === 0 ? t('preview.doneNothing') : parts.join(', ');
}

/** What happened to rows, by their `at`. @param outcomes in the order of the rows */
export function resultsByRow(
  rows: readonly PreviewNode[],
  outcomes: readonly NodeAdditionResult[],
): ReadonlyMap<number, NodeAdditionResult> {
  return new Map(
    rows.flatMap(({ at }, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [[at, outcome] as const];
    }),
  );
}
