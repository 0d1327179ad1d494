import type { ListDelta } from '../../shared/api-contract.ts';

/** A push of a topic of ordered lists. */
export type ListsPush<Name extends string, Row> =
  | { readonly kind: 'snapshot'; readonly data: Readonly<Record<Name, readonly Row[]>> }
  | { readonly kind: 'delta'; readonly data: Readonly<Partial<Record<Name, ListDelta<Row>>>> };

/**
 * The lists after some pushes; null before the first snapshot. A list that did not change stays the same array, and a row
 * that did not change the same object.
 */
export function appliedLists<Name extends string, Row>(
  lists: Readonly<Record<Name, readonly Row[]>> | null,
  pushes: readonly ListsPush<Name, Row>[],
): Readonly<Record<Name, readonly Row[]>> | null {
  let current = lists;
  for (const push of pushes) {
    if (push.kind === 'snapshot') {
      current = push.data;
      continue;
    }
    if (current === null) continue;
    const next: Record<Name, readonly Row[]> = { ...current };
    for (const name in push.data) {
      const delta = push.data[name];
      if (delta !== undefined) next[name] = appliedList(current[name], delta);
    }
    current = next;
  }
  return current;
}

function appliedList<Row>(before: readonly Row[], { placed, kept }: ListDelta<Row>): readonly Row[] {
  const others = kept.flatMap(({ from, count }) => before.slice(from, from + count));
  const rows: Row[] = [];
  let used = 0;
  for (const { at, row } of placed) {
    const end = used + at - rows.length;
    for (const other of others.slice(used, end)) rows.push(other);
    used = end;
    rows.push(row);
  }
  return rows.concat(others.slice(used));
}
