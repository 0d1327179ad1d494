import { describe, expect, it } from 'vitest';
import { PREVIEW_STATES, type PreviewNode } from '../../../../shared/model/node-preview.ts';
import {
  countKinds,
  isPickable,
  previewText,
  previewTone,
  resultsByRow,
  resultSum,
  resultText,
  rowsOfKind,
} from '../../../../src-renderer/model/node-preview.ts';

const node = (change: Partial<PreviewNode> = {}): PreviewNode => ({
  ...{ at: 0, line: 1, column: null, text: 'enode://x', wrongAt: null, label: null, id: null },
  ...{ host: null, tcp: 0, udp: 0, state: 'new', reason: null, sameAs: null, lists: [], record: null },
  ...change,
});
/** The key and its values in place of a text. */
const t = (key: string, named: Readonly<Record<string, unknown>> = {}, count?: number): string =>
  [key, ...Object.values(named).map(String), ...(count === undefined ? [] : [String(count)])].join(' ');

describe('the rows of a preview', () => {
  it('are new, already there or not usable; only new ones can be added', () => {
    const nodes = PREVIEW_STATES.map((state, at) => node({ at, state }));
    expect(countKinds(nodes, null)).toEqual({ all: 6, good: 2, same: 2, wrong: 2 });
    expect(nodes.filter(isPickable)).toEqual(rowsOfKind(nodes, 'good', null));
    expect(rowsOfKind(nodes, 'wrong', null).map(({ state }) => state)).toEqual(['own', 'refused']);
    expect(rowsOfKind(nodes, 'all', null)).toBe(nodes);
  });

  it('are, after the addition, of the kind of their outcome', () => {
    const nodes = (['new', 'new', 'new', 'new', 'listed', 'own'] as const).map((state, at) =>
      node({ at, state }),
    );
    const results = new Map([
      [0, { outcome: 'added', reason: null } as const],
      [1, { outcome: 'refused', reason: 'Full.' } as const],
      [2, { outcome: 'unchanged', reason: null } as const],
    ]);
    expect(countKinds(nodes, results)).toEqual({ all: 6, good: 1, same: 3, wrong: 2 });
    expect(rowsOfKind(nodes, 'wrong', results).map(({ at }) => at)).toEqual([1, 5]);
  });

  it('say what they are', () => {
    const older = { seq: '3', knownSeq: '7', age: 'older' } as const;
    const says = (change: Partial<PreviewNode>): string => previewText(node(change), t);
    expect(says({})).toBe('preview.new');
    expect(says({ record: older, lists: ['trusted'] })).toBe(
      'preview.new, preview.recordOlder 3 7, preview.alsoIn nodes.trusted',
    );
    expect(says({ state: 'newer', record: { ...older, age: 'newer' } })).toBe('preview.newer 3 7');
    expect(says({ state: 'listed', record: older })).toBe('preview.listedNewer 3 7');
    expect(says({ state: 'repeated', sameAs: 1_234 })).toBe('preview.repeated 1,234');
    expect(says({ state: 'refused', reason: 'Wrong.' })).toBe('Wrong.');
    expect(says({ state: 'refused', reason: 'Wrong.', column: 12 })).toBe('preview.refusedAt Wrong. 12');
    expect(says({ state: 'refused', reason: 'a\u202eb' })).toBe('a\ufffdb');
  });

  it('have the colour of their kind, then of their outcome', () => {
    expect(previewTone(node(), null)).toBe('good');
    expect(previewTone(node({ record: { seq: '1', knownSeq: '2', age: 'older' } }), null)).toBe('warn');
    expect(previewTone(node({ state: 'repeated' }), null)).toBe('faint');
    expect(previewTone(node({ state: 'own' }), null)).toBe('bad');
    expect(previewTone(node(), { outcome: 'refused', reason: 'x' })).toBe('bad');
  });

  it('say what happened to each and to all', () => {
    const results = (['added', 'added', 'updated', 'refused'] as const).map((outcome) => ({
      outcome,
      reason: outcome === 'refused' ? 'Full.' : null,
    }));
    expect(resultText(results[3] ?? null, t)).toBe('Full.');
    expect(resultText(results[2] ?? null, t)).toBe('preview.updated');
    expect(resultText(null, t)).toBe('preview.left');
    expect(resultSum(results, 'static', t)).toBe(
      'preview.doneAdded 2 static 2, preview.doneUpdated 1 static 1, preview.doneRefused 1 static 1',
    );
    expect(resultSum([], 'static', t)).toBe('preview.doneNothing');
    const rows = [node({ at: 4 }), node({ at: 9 }), node({ at: 11 })];
    expect([...resultsByRow(rows, results.slice(0, 2)).keys()]).toEqual([4, 9]);
  });
});
