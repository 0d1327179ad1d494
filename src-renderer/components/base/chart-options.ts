import type uPlot from 'uplot';
import { resolveColour } from '../../composables/resolve-colour.ts';

/** One line of a chart. */
export interface ChartLine {
  readonly title: string;
  /** A colour of tokens.css. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Drawn downwards from zero. */
  readonly mirrored?: boolean;
}

/** A round number at or above `value`. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

/** The vertical scale from `bottom` (0, or negative with mirrored lines) to `top`. */
export interface ChartScale {
  readonly bottom: number;
  readonly top: number;
  /** All values are zero. */
  readonly allZero: boolean;
}

/** The scale of `lines`: it ends in round numbers, and zero is not at the edge if there are mirrored lines. */
export function scaleOf(lines: readonly ChartLine[]): ChartScale {
  const maximum = (mirrored: boolean): number =>
    lines
      .filter((line) => (line.mirrored ?? false) === mirrored)
      .reduce((largest, { values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), largest), 0);
  const up = maximum(false);
  const down = maximum(true);
  const top = Math.max(roundUp(up * 1.05), down / 4);
  const hasMirrored = lines.some((line) => line.mirrored === true);
  return {
    bottom: hasMirrored ? -Math.max(down > 0 ? roundUp(down * 1.05) : 0, top / 4) : 0,
    top,
    allZero: up === 0 && down === 0,
  };
}

/** What a chart changes while it is shown. */
export interface ChartParts {
  readonly size: { readonly width: number; readonly height: number };
  readonly scale: () => ChartScale;
  /** The times of the vertical hairlines. */
  readonly ticks: () => readonly number[];
  /** Draws curves; undefined for straight lines. */
  readonly paths: uPlot.Series.PathBuilder | undefined;
  readonly onCursor: (index: number | null, left: number) => void;
}

/** Options of the charts: hairlines without labels, which the component shows outside the plot; lines over a faint area. */
export function chartOptions(
  lines: readonly ChartLine[],
  { size, scale, ticks, paths, onCursor }: ChartParts,
): uPlot.Options {
  const mirrored = lines.some((line) => line.mirrored === true);
  const hairline = resolveColour('var(--line)');
  return {
    ...size,
    padding: [6, 0, 6, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: {
        size: 6,
        width: 0,
        fill: (_plot, index) => resolveColour(lines[index - 1]?.colour ?? 'var(--text)'),
      },
    },
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null, plot.cursor.left ?? -1)] },
    scales: { x: { time: false }, y: { range: () => [scale().bottom, scale().top] } },
    axes: [
      {
        size: 0,
        grid: { stroke: hairline, width: 1 },
        ticks: { show: false },
        splits: () => [...ticks()],
        values: () => [],
      },
      {
        size: 0,
        grid: { stroke: hairline, width: 1 },
        ticks: { show: false },
        splits: (_plot, _axis, min, max) => (mirrored ? [min, 0, max] : [0, max / 2, max]),
        values: () => [],
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: resolveColour(line.colour),
        fill: resolveColour(line.colour, 0.15),
        width: 1.5,
        ...(paths === undefined ? {} : { paths }),
        points: { show: false },
      })),
    ],
  };
}
