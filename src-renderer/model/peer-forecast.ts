import type { TrafficSeries } from '../../shared/model/series.ts';

/** A forecast of the number of peers: all slots taken, taken in some minutes, or no forecast. */
export type PeerForecast =
  | { readonly kind: 'full' }
  | { readonly kind: 'filling'; readonly minutes: number }
  | { readonly kind: 'steady'; readonly free: number };

/** A slower rate than one peer in five minutes is steady. */
const LEAST_PEERS_PER_SECOND = 1 / 300;
const LEAST_SAMPLES = 10;
/** A longer forecast is not shown. */
const LONGEST_FORECAST_MINUTES = 120;

/** Known nodes without a session that a forecast needs per free slot: with fewer, the slots may stay free. */
const CANDIDATES_PER_SLOT = 3;
/** Maximum ratio of the rates of both halves of the time range for a stable rate. */
const STABLE_RATIO = 2;

/**
 * Forecasts when all peer slots are taken: a least-squares line through the samples of the series. It needs a stable rate
 * and enough candidates.
 * @param known number of known nodes, peers included
 * @param limit number of peer slots
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
  if (known - total < free * CANDIDATES_PER_SLOT) return steady;
  const slope = slopeOf(series.at, series.peers);
  if (slope < LEAST_PEERS_PER_SECOND || !isStable(series)) return steady;
  const minutes = Math.max(1, Math.round(free / slope / 60));
  return minutes > LONGEST_FORECAST_MINUTES ? steady : { kind: 'filling', minutes };
}

/** Whether the rates of both halves of the series are about the same. */
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
