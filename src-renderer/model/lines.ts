import type { LinesDelta } from '../../shared/api-contract.ts';

/** A push of a topic of numbered lines. */
export type LinesPush<Line> =
  | { readonly kind: 'snapshot'; readonly data: readonly Line[] }
  | { readonly kind: 'delta'; readonly data: LinesDelta<Line> };

/**
 * The lines after `pushes`, oldest first, the newest `limit` of them. A snapshot is joined to what is there by sequence
 * number, so that a page that was hidden keeps the lines it had; one that begins anew (the node restarted) replaces all.
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
