import type { SessionTrend } from '../../shared/model/peer.ts';

/** Points of SVG polylines. */
export interface TrendLines {
  readonly in: string;
  readonly inArea: string;
  readonly out: string;
  readonly outArea: string;
}

/** Received bytes above the middle, sent bytes below it, on one scale. The last interval is not complete: it is left out. */
export function trendLines(trend: SessionTrend, width: number, height: number): TrendLines {
  const isShort = trend.bytesIn.length < 2;
  const received = isShort ? trend.bytesIn : trend.bytesIn.slice(0, -1);
  const sent = isShort ? trend.bytesOut : trend.bytesOut.slice(0, -1);
  const middle = height / 2;
  const top = Math.max(1, ...received, ...sent);
  const step = width / Math.max(1, received.length - 1);
  const points = (values: readonly number[], sign: 1 | -1): string =>
    values
      .map((value, at) => {
        const y = middle + sign * (1 + (value / top) * (middle - 3));
        return `${(at * step).toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  const closed = (line: string): string => `0,${middle} ${line} ${width},${middle}`;
  const [inLine, outLine] = [points(received, -1), points(sent, 1)];
  return {
    in: inLine,
    inArea: closed(inLine),
    out: outLine,
    outArea: closed(outLine),
  };
}
