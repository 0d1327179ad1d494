import type { RecordRow } from '../../shared/model/recording.ts';
import type { Trouble } from './record-words.ts';

/** Messages over time, for the strip above the table. */
export interface Density {
  /** Unix milliseconds of the left and the right edge. */
  readonly from: number;
  readonly to: number;
  /** Messages per bin, in and out. */
  readonly in: readonly number[];
  readonly out: readonly number[];
  /** The worst of each bin, for bins that have something to look at. */
  readonly marks: readonly { readonly bin: number; readonly tone: Trouble; readonly title: string }[];
  /** Messages per second within the last RATE_MS. */
  readonly inRate: number;
  readonly outRate: number;
}

/** The strip shows at least this time, so that the first messages are not stretched over it. */
const LEAST_MS = 10_000;
const RATE_MS = 5_000;

/**
 * Counts `rows` in `bins` equal spans of time.
 * @param now right edge while recording; null for the time of the newest row
 * @returns null when there are no rows
 */
export function densityOf(
  rows: readonly RecordRow[],
  bins: number,
  now: number | null,
  troubleOf: (row: RecordRow) => Trouble | null,
): Density | null {
  const first = rows[0];
  const last = rows[rows.length - 1];
  if (first === undefined || last === undefined) return null;
  const to = Math.max(now ?? 0, last.at, first.at + 1);
  const from = Math.min(first.at, to - LEAST_MS);
  const inn = new Array<number>(bins).fill(0);
  const out = new Array<number>(bins).fill(0);
  const marks = new Map<number, { tone: Trouble; title: string }>();
  let recentIn = 0;
  let recentOut = 0;
  for (const row of rows) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((row.at - from) / (to - from)) * bins)));
    const counts = row.direction === 'in' ? inn : out;
    counts[bin] = (counts[bin] ?? 0) + 1;
    if (row.at > to - RATE_MS) {
      if (row.direction === 'in') recentIn += 1;
      else recentOut += 1;
    }
    const tone = troubleOf(row);
    if (tone !== null && marks.get(bin)?.tone !== 'bad') marks.set(bin, { tone, title: row.name });
  }
  return {
    from,
    to,
    in: inn,
    out,
    marks: [...marks].map(([bin, mark]) => ({ bin, ...mark })),
    inRate: recentIn / (RATE_MS / 1_000),
    outRate: recentOut / (RATE_MS / 1_000),
  };
}

/** What the strip counts in one bin. */
export interface DensityBin extends TimeRange {
  readonly bin: number;
  readonly in: number;
  readonly out: number;
}

/** The bin at a place of the strip, 0 to 1. */
export function binAt(density: Density, share: number): DensityBin {
  const bins = density.in.length;
  const bin = Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
  const length = (density.to - density.from) / bins;
  return {
    bin,
    from: density.from + bin * length,
    to: density.from + (bin + 1) * length,
    in: density.in[bin] ?? 0,
    out: density.out[bin] ?? 0,
  };
}

/** Height of a bar by the square root, so that a burst leaves the quiet bins visible. */
export function barHeight(count: number, most: number, height: number): number {
  return count === 0 || most === 0 ? 0 : Math.max(1.5, Math.sqrt(count / most) * height);
}

/** Bars as one SVG path: one element for all bins. `base` is their base line; `up` draws above it. */
export function barsPath(
  counts: readonly number[],
  most: number,
  { base, height, step, width, up }: BarShape,
): string {
  return counts
    .map((count, bin) => {
      const tall = barHeight(count, most, height);
      if (tall === 0) return '';
      const x = (bin * step).toFixed(1);
      return `M${x} ${base}v${((up ? -1 : 1) * tall).toFixed(1)}h${width}V${base}z`;
    })
    .join('');
}

/** Sizes of the bars, in units of the drawing. */
export interface BarShape {
  readonly base: number;
  readonly height: number;
  readonly step: number;
  readonly width: number;
  readonly up: boolean;
}

/** A span of time that was chosen on the strip, Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The range between two places of the strip, 0 to 1, in any order; at least a bin wide. */
export function rangeBetween(density: Density, a: number, b: number): TimeRange {
  const span = density.to - density.from;
  const least = span / Math.max(1, density.in.length);
  const low = Math.min(Math.max(Math.min(a, b), 0), 1) * span;
  const high = Math.min(Math.max(Math.max(a, b), 0), 1) * span;
  const start = Math.min(low, span - least);
  return { from: density.from + start, to: density.from + Math.max(high, start + least) };
}

/** Where a range is on the strip, 0 to 1; null when it is outside. */
export function placeOf(
  density: Density,
  { from, to }: TimeRange,
): { readonly left: number; readonly right: number } | null {
  const span = density.to - density.from;
  const left = Math.max(0, (from - density.from) / span);
  const right = Math.min(1, (to - density.from) / span);
  return right <= left ? null : { left, right };
}

/** `range` moved by `bins`; or, with `resize`, with its end moved. It stays within the strip. */
export function moveRange(density: Density, range: TimeRange, bins: number, resize: boolean): TimeRange {
  const bin = (density.to - density.from) / density.in.length;
  const length = range.to - range.from;
  if (resize) {
    const to = Math.min(density.to, Math.max(range.from + bin, range.to + bins * bin));
    return { from: range.from, to };
  }
  const from = Math.min(density.to - length, Math.max(density.from, range.from + bins * bin));
  return { from, to: from + length };
}
