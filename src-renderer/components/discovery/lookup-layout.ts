import type { LookupStep, LookupTrace } from '../../../shared/model/table.ts';

/** A queried node as a point of the chart; x and y are 0 to 1, y increases towards the target. */
export interface LookupPoint {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly step: LookupStep;
}

/** The chart of a lookup: its points, the line of the smallest distance so far, and the horizontal rules. */
export interface LookupLayout {
  readonly points: readonly LookupPoint[];
  readonly line: readonly { readonly x: number; readonly y: number }[];
  readonly rules: readonly { readonly distance: number; readonly y: number }[];
}

const FARTHEST = 256;
const MIN_SPAN = 8;
const RULES = 4;

/** Lays out a lookup over time, from the farthest distance at the top to the nearest at the bottom. */
export function layOutLookup(trace: LookupTrace): LookupLayout {
  const nearest = Math.min(
    ...trace.steps.map(({ distance }) => distance),
    ...trace.closest.map(({ distance }) => distance),
    FARTHEST,
  );
  const span = Math.max(MIN_SPAN, FARTHEST - nearest + 1);
  const duration = Math.max(1, trace.durationMs, ...trace.steps.map(({ atMs }) => atMs));
  const yOf = (distance: number): number => (FARTHEST - distance) / span;

  const steps = [...trace.steps].sort((a, b) => a.atMs - b.atMs);
  let best = FARTHEST;
  const line = steps.map(({ atMs, distance }) => {
    best = Math.min(best, distance);
    return { x: atMs / duration, y: yOf(best) };
  });
  return {
    points: steps.map((step, at) => ({
      key: `${step.id}-${at}`,
      x: step.atMs / duration,
      y: yOf(step.distance),
      step,
    })),
    line,
    rules: Array.from({ length: RULES }, (_, at) => {
      const distance = Math.round(FARTHEST - (span / RULES) * at);
      return { distance, y: yOf(distance) };
    }),
  };
}

/** The point nearest to a place within `reach`, all in pixels; null where none is so near. */
export function nearestPoint<Point extends { readonly left: number; readonly top: number }>(
  points: readonly Point[],
  left: number,
  top: number,
  reach: number,
): Point | null {
  let nearest: Point | null = null;
  let least = reach;
  for (const point of points) {
    const distance = Math.hypot(point.left - left, point.top - top);
    if (distance > least) continue;
    nearest = point;
    least = distance;
  }
  return nearest;
}
