import type { RecordRow, RequestLatency } from '../../shared/model/recording.ts';
import { rowOfSeq } from './record-feed.ts';

/** A request, its answer, and what crossed the same connection in between. */
export interface Exchange {
  readonly request: RecordRow;
  readonly answer: RecordRow | null;
  /** Milliseconds from the request to the answer; null while it is open. */
  readonly latencyMs: number | null;
  /** Other messages with the same node between the two, by milliseconds since the request. */
  readonly between: readonly {
    readonly ms: number;
    readonly direction: 'in' | 'out';
    readonly bytes: number;
  }[];
}

/** BOUNDED: messages that are drawn between a request and its answer. */
const MAX_BETWEEN = 500;

/** The exchange that a row belongs to; null for a row that is neither a request nor a linked answer. */
export function exchangeOf(rows: readonly RecordRow[], row: RecordRow): Exchange | null {
  const other = row.pairSeq === null ? undefined : rowOfSeq(rows, row.pairSeq);
  if (row.role === 'answer') return other === undefined ? null : exchange(rows, other, row);
  return row.role === 'request' ? exchange(rows, row, other ?? null) : null;
}

function exchange(rows: readonly RecordRow[], request: RecordRow, answer: RecordRow | null): Exchange {
  const latencyMs = answer === null ? null : (answer.latencyMs ?? answer.monotonicMs - request.monotonicMs);
  const isBetween = (row: RecordRow): boolean =>
    answer !== null &&
    row.seq > request.seq &&
    row.seq < answer.seq &&
    row.connection === request.connection &&
    row.address === request.address;
  const between = rows
    .filter(isBetween)
    .slice(0, MAX_BETWEEN)
    .map((row) => ({
      ms: row.monotonicMs - request.monotonicMs,
      direction: row.direction,
      bytes: row.wireBytes,
    }));
  return { request, answer, latencyMs, between };
}

/** Answers of the same kind from the same node. */
export interface LatencySample extends Pick<RequestLatency, 'answered' | 'p50Ms' | 'p95Ms'> {
  /** Milliseconds, sorted. */
  readonly latencies: readonly number[];
}

/** BOUNDED: latencies that are drawn. */
const MAX_LATENCIES = 400;

/** Latencies of the requests with this request's name to the same node, in the recording. */
export function latenciesLike(rows: readonly RecordRow[], request: RecordRow): LatencySample {
  const latencies: number[] = [];
  for (const row of rows) {
    if (row.role !== 'answer' || row.latencyMs === null || row.pairSeq === null) continue;
    if (row.nodeId !== request.nodeId || row.address !== request.address) continue;
    const asked = rowOfSeq(rows, row.pairSeq);
    const isLike = asked?.name === request.name && asked.direction === request.direction;
    if (isLike) latencies.push(row.latencyMs);
  }
  const newest = latencies.slice(-MAX_LATENCIES).sort((a, b) => a - b);
  return {
    answered: latencies.length,
    p50Ms: percentile(newest, 0.5),
    p95Ms: percentile(newest, 0.95),
    latencies: newest,
  };
}

/** The nearest rank. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** Where time went: the steps of a message at this node, and `between` a request and its answer. */
export type TimingStepName =
  | 'receiving'
  | 'unread'
  | 'decrypting'
  | 'decompressing'
  | 'queued'
  | 'compressing'
  | 'encrypting'
  | 'away'
  | 'here';

/** A step of a message or of an exchange. */
export interface TimingStep {
  readonly name: TimingStepName;
  /** Since the first step began, milliseconds. */
  readonly startMs: number;
  readonly ms: number;
  /** The message of the step; of `away` and `here` the request. */
  readonly row: RecordRow;
}

/** The steps of a message in their order; those that were not measured are left out. */
export function messageSteps(row: RecordRow, startMs = 0): readonly TimingStep[] {
  const { timing } = row;
  if (timing === null) return [];
  const named: readonly (readonly [TimingStepName, number | null])[] =
    row.direction === 'in'
      ? [
          ['receiving', timing.receivingMs],
          ['unread', timing.waitingMs],
          ['decrypting', timing.cipherMs],
          ['decompressing', timing.snappyMs],
        ]
      : [
          ['queued', timing.waitingMs],
          ['compressing', timing.snappyMs],
          ['encrypting', timing.cipherMs],
        ];
  let at = startMs;
  return named.flatMap(([name, ms]) => {
    if (ms === null) return [];
    const step = { name, startMs: at, ms, row };
    at += ms;
    return [step];
  });
}

/**
 * The steps of a request and its answer. The time of a row is the end of its last step, so that what is between the request
 * and the first step of the answer was spent at the other node and on the way, or of a request to us at this node.
 */
export function exchangeSteps({ request, answer, latencyMs }: Exchange): readonly TimingStep[] {
  const before = messageSteps(request);
  const sent = endOf(before);
  if (answer === null || latencyMs === null) return before;
  const own = endOf(messageSteps(answer));
  const ms = Math.max(0, latencyMs - own);
  const name = request.direction === 'out' ? 'away' : 'here';
  return [...before, { name, startMs: sent, ms, row: request }, ...messageSteps(answer, sent + ms)];
}

/** When the last of some steps ends, milliseconds. */
export function endOf(steps: readonly TimingStep[]): number {
  const last = steps[steps.length - 1];
  return last === undefined ? 0 : last.startMs + last.ms;
}
