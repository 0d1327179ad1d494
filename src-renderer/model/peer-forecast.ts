import type { TrafficSeries } from '../../shared/model/series.ts';

/** What the number of peers is heading for. */
export type PeerForecast =
  | { readonly kind: 'full' }
  | { readonly kind: 'filling'; readonly minutes: number }
  | { readonly kind: 'steady'; readonly free: number };

/** Slower than this is called steady: one peer in five minutes. */
const LEAST_PEERS_PER_SECOND = 1 / 300;
const LEAST_SAMPLES = 10;
/** A forecast beyond this says nothing. */
const LONGEST_FORECAST_MINUTES = 120;

/** Known nodes that are no peers yet, for each free place: with fewer the places may never fill. */
const CANDIDATES_PER_PLACE = 3;
/** How much faster one half of the span may have risen than the other for the rate to be called stable. */
const STABLE_RATIO = 2;

/**
 * Whether and when the peer slots will be full, by the straight line through the samples of the span. A forecast is made
 * only of a stable rate, and where there are candidates enough.
 * @param known nodes that are known, peers included
 */
export function peerForecast(
  series: TrafficSeries | null,
  { total, known }: { readonly total: number; readonly known: number },
  limit: number,
): PeerForecast {
  const free = Math.max(0, limit - total);
  if (free === 0) return { kind: 'full' };
  const steady: PeerForecast = { kind: 'steady', free };
  if (series === null || series.at.length < LEAST_SAMPLES) return steady;
  if (known - total < free * CANDIDATES_PER_PLACE) return steady;
  const slope = slopeOf(series.at, series.peers);
  if (slope < LEAST_PEERS_PER_SECOND || !isStable(series)) return steady;
  const minutes = Math.max(1, Math.round(free / slope / 60));
  return minutes > LONGEST_FORECAST_MINUTES ? steady : { kind: 'filling', minutes };
}

/** Whether both halves of the span rose at about the same rate. */
function isStable({ at, peers }: TrafficSeries): boolean {
  const middle = at.length >> 1;
  const slopes = [
    slopeOf(at.slice(0, middle), peers.slice(0, middle)),
    slopeOf(at.slice(middle), peers.slice(middle)),
  ];
  const slowest = Math.min(...slopes);
  return slowest >= LEAST_PEERS_PER_SECOND && Math.max(...slopes) <= slowest * STABLE_RATIO;
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
