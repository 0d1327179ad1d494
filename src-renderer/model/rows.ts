import type { RowsDelta } from '../../shared/api-contract.ts';

/** A push of a topic of rows. */
export type RowsPush<Row> =
  | { readonly kind: 'snapshot'; readonly data: readonly Row[] }
  | { readonly kind: 'delta'; readonly data: RowsDelta<Row> };

/** Applies pushes to `rows` in place. Returns the keys that deltas added; the rows of a snapshot do not count as added. */
export function applyRows<Row>(
  rows: Map<string, Row>,
  pushes: readonly RowsPush<Row>[],
  keyOf: (row: Row) => string,
): Set<string> {
  const arrived = new Set<string>();
  for (const push of pushes) {
    if (push.kind === 'snapshot') {
      rows.clear();
      arrived.clear();
      for (const row of push.data) rows.set(keyOf(row), row);
      continue;
    }
    for (const row of push.data.upserted) {
      const key = keyOf(row);
      if (!rows.has(key)) arrived.add(key);
      rows.set(key, row);
    }
    for (const key of push.data.removed) {
      rows.delete(key);
      arrived.delete(key);
    }
  }
  return arrived;
}
