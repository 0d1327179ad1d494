import type { LookupTrace } from '../../../shared/model/table.ts';

/** A node asked, as a point of the chart, 0 to 1 both ways; y grows towards the target. */
export interface LookupPoint {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly answered: boolean;
  readonly title: string;
}

/** The chart of a lookup: its points, the line of the nearest node known after each, and the distances at its rules. */
export interface LookupLayout {
  readonly points: readonly LookupPoint[];
  readonly line: readonly { readonly x: number; readonly y: number }[];
  readonly rules: readonly { readonly distance: number; readonly y: number }[];
}

const FARTHEST = 256;
const LEAST_SPAN = 8;
const RULES = 4;

/** Lays a lookup out over its time: from the farthest distance at the top to the nearest at the foot. */
export function layOutLookup(trace: LookupTrace): LookupLayout {
  const nearest = Math.min(
    ...trace.steps.map(({ distance }) => distance),
    ...trace.closest.map(({ distance }) => distance),
    FARTHEST,
  );
  const span = Math.max(LEAST_SPAN, FARTHEST - nearest + 1);
  const duration = Math.max(1, trace.durationMs, ...trace.steps.map(({ atMs }) => atMs));
  const yOf = (distance: number): number => (FARTHEST - distance) / span;

  const steps = [...trace.steps].sort((a, b) => a.atMs - b.atMs);
  let best = FARTHEST;
  const line = steps.map(({ atMs, distance }) => {
    best = Math.min(best, distance);
    return { x: atMs / duration, y: yOf(best) };
  });
  return {
    points: steps.map(({ id, ip, round, distance, answered, newNodes, atMs }, at) => ({
      key: `${id}-${at}`,
      x: atMs / duration,
      y: yOf(distance),
      answered,
      title: `${ip}, ${id.slice(0, 8)}…: ${distance}, ${round}, +${newNodes}`,
    })),
    line,
    rules: Array.from({ length: RULES }, (_, at) => {
      const distance = Math.round(FARTHEST - (span / RULES) * at);
      return { distance, y: yOf(distance) };
    }),
  };
}
