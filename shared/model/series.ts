/** Time ranges of the charts, in seconds. */
export const SERIES_SPANS = { '5m': 300, '1h': 3_600, '6h': 21_600, '24h': 86_400 } as const;

/** One of SERIES_SPANS. */
export type SeriesSpan = keyof typeof SERIES_SPANS;

/** Evenly spaced samples; all arrays have the same length, oldest first. */
export interface TrafficSeries {
  readonly span: SeriesSpan;
  /** Unix seconds of each sample. */
  readonly at: readonly number[];
  /** TCP bytes per second of all sessions. */
  readonly bytesIn: readonly number[];
  readonly bytesOut: readonly number[];
  /** Discovery packets per second. */
  readonly packetsIn: readonly number[];
  readonly packetsOut: readonly number[];
  readonly peers: readonly number[];
}

/** Totals since the start and current rates. */
export interface TrafficNow {
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly bytesInTotal: number;
  readonly bytesOutTotal: number;
  readonly packetsInPerSecond: number;
  readonly packetsOutPerSecond: number;
}
