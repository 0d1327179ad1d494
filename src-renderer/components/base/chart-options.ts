import type uPlot from 'uplot';
import { resolveColour } from '../../composables/resolve-colour.ts';

/** One line of a chart. */
export interface ChartLine {
  readonly title: string;
  /** A colour of tokens.css. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Drawn downwards from the middle. */
  readonly mirrored?: boolean;
}

/** A round figure at or above `value`: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 3, 5, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

/** Options of the charts: no axes' clutter, one hairline a side, lines over a faint area. */
export function chartOptions(
  lines: readonly ChartLine[],
  size: { readonly width: number; readonly height: number },
  text: (value: number) => string,
  onCursor: (index: number | null, left: number) => void,
  showScale: boolean,
): uPlot.Options {
  const mirrored = lines.some((line) => line.mirrored === true);
  const faint = resolveColour('var(--faint)');
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
    scales: {
      x: { time: false },
      y: {
        range: (_plot, least, most) => {
          const top = roundUp(Math.max(most ?? 0, -(least ?? 0)) * 1.05);
          return [mirrored ? -top : 0, top];
        },
      },
    },
    axes: [
      { show: false },
      {
        show: showScale,
        size: 0,
        gap: -46,
        side: 1,
        stroke: faint,
        font: '11px "Inter Variable", Inter, sans-serif',
        grid: { stroke: hairline, width: 1 },
        ticks: { show: false },
        splits: (_plot, _axis, least, most) => (mirrored ? [least, 0, most] : [0, most / 2, most]),
        values: () => [],
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: resolveColour(line.colour),
        fill: resolveColour(line.colour, 0.15),
        width: 1.5,
        points: { show: false },
        label: `${line.title} ${text(0)}`,
      })),
    ],
  };
}
