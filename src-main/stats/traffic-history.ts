import { SERIES_SPANS, type SeriesSpan, type TrafficSeries } from '../../shared/model/series.ts';
import { Ring } from '../base/ring.ts';

/** Traffic of one second, and the number of peers at its end. */
export interface TrafficSample {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly peers: number;
}

interface Point extends TrafficSample {
  /** Unix seconds. */
  readonly at: number;
}

/** Number of points per span. */
const POINTS = { '5m': 300, '1h': 360, '6h': 360, '24h': 360 } as const satisfies Record<SeriesSpan, number>;

/** Seconds per point of a span. */
const stepOf = (span: SeriesSpan): number => SERIES_SPANS[span] / POINTS[span];

class SpanHistory {
  readonly #step: number;
  readonly #points: Ring<Point>;
  #sum: TrafficSample | undefined;
  #count = 0;

  constructor(span: SeriesSpan) {
    this.#step = stepOf(span);
    this.#points = new Ring<Point>(POINTS[span]);
  }

  add(at: number, sample: TrafficSample): void {
    const sum = this.#sum;
    this.#sum = {
      bytesIn: (sum?.bytesIn ?? 0) + sample.bytesIn,
      bytesOut: (sum?.bytesOut ?? 0) + sample.bytesOut,
      packetsIn: (sum?.packetsIn ?? 0) + sample.packetsIn,
      packetsOut: (sum?.packetsOut ?? 0) + sample.packetsOut,
      peers: sample.peers,
    };
    this.#count += 1;
    if (this.#count < this.#step) return;
    this.#points.push({
      at,
      bytesIn: this.#sum.bytesIn / this.#count,
      bytesOut: this.#sum.bytesOut / this.#count,
      packetsIn: this.#sum.packetsIn / this.#count,
      packetsOut: this.#sum.packetsOut / this.#count,
      peers: this.#sum.peers,
    });
    this.#sum = undefined;
    this.#count = 0;
  }

  points(): Point[] {
    return this.#points.toArray();
  }
}

/** Traffic of the last day at four resolutions. BOUNDED: 1,380 points in all. */
export class TrafficHistory {
  readonly #spans: Readonly<Record<SeriesSpan, SpanHistory>> = {
    '5m': new SpanHistory('5m'),
    '1h': new SpanHistory('1h'),
    '6h': new SpanHistory('6h'),
    '24h': new SpanHistory('24h'),
  };

  /** Adds the sample of one second. @param atMs end of the second, Unix milliseconds */
  add(atMs: number, sample: TrafficSample): void {
    const at = Math.round(atMs / 1_000);
    for (const span of Object.values(this.#spans)) span.add(at, sample);
  }

  /** Returns the points of a span, oldest first. */
  series(span: SeriesSpan): TrafficSeries {
    const points = this.#spans[span].points();
    return {
      span,
      at: points.map((point) => point.at),
      bytesIn: points.map((point) => point.bytesIn),
      bytesOut: points.map((point) => point.bytesOut),
      packetsIn: points.map((point) => point.packetsIn),
      packetsOut: points.map((point) => point.packetsOut),
      peers: points.map((point) => point.peers),
    };
  }
}
