import type { TrafficSeries } from '../../shared/model/series.ts';

/** What the number of peers is heading for. */
export type PeerPace =
  | { readonly kind: 'full' }
  | { readonly kind: 'filling'; readonly minutes: number }
  | { readonly kind: 'steady'; readonly free: number };

/** Slower than this is called steady: one peer in five minutes. */
const LEAST_PEERS_PER_SECOND = 1 / 300;
const LEAST_SAMPLES = 10;
/** A forecast beyond this says nothing. */
const LONGEST_FORECAST_MINUTES = 120;

/** Whether and when the peer slots will be full, by the straight line through the samples of the span. */
export function peerPace(series: TrafficSeries | null, total: number, limit: number): PeerPace {
  const free = Math.max(0, limit - total);
  if (free === 0) return { kind: 'full' };
  const steady: PeerPace = { kind: 'steady', free };
  if (series === null || series.at.length < LEAST_SAMPLES) return steady;
  const slope = slopeOf(series.at, series.peers);
  if (slope < LEAST_PEERS_PER_SECOND) return steady;
  const minutes = Math.max(1, Math.round(free / slope / 60));
  return minutes > LONGEST_FORECAST_MINUTES ? steady : { kind: 'filling', minutes };
}

/** Slope of the least-squares line. */
function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const count = Math.min(xs.length, ys.length);
  const meanX = xs.reduce((sum, x) => sum + x, 0) / count;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / count;
  let over = 0;
  let under = 0;
  for (let at = 0; at < count; at++) {
    const dx = (xs[at] ?? 0) - meanX;
    over += dx * ((ys[at] ?? 0) - meanY);
    under += dx * dx;
  }
  return under === 0 ? 0 : over / under;
}
