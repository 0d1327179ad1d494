import type { LinesDelta } from '../../shared/api-contract.ts';

/** A push of a topic whose lines have sequence numbers. */
export type LinesPush<Line> =
  | { readonly kind: 'snapshot'; readonly data: readonly Line[] }
  | { readonly kind: 'delta'; readonly data: LinesDelta<Line> };

/**
 * The newest `limit` lines after `pushes`, oldest first. A snapshot is joined to the known lines by sequence number, so
 * that a page that was hidden keeps its lines. A snapshot with lower numbers, after a restart of the node, replaces all.
 */
export function applyLines<Line extends { readonly seq: number }>(
  lines: readonly Line[],
  pushes: readonly LinesPush<Line>[],
  limit: number,
): readonly Line[] {
  let joined = [...lines];
  for (const push of pushes) {
    const incoming = push.kind === 'snapshot' ? push.data : push.data.appended;
    const newest = joined[joined.length - 1]?.seq ?? -1;
    const restarted = push.kind === 'snapshot' && (incoming[incoming.length - 1]?.seq ?? -1) < newest;
    if (restarted) joined = [...incoming];
    else for (const line of incoming) if (line.seq > newest) joined.push(line);
  }
  return joined.length > limit ? joined.slice(joined.length - limit) : joined;
}
