import type { RecordRow } from '../../shared/model/recording.ts';
import type { ComposedMessage } from '../p2p/composed-requests.ts';
import type { Recorder } from '../recorder/recorder.ts';

/** The records of a composed message and its answer. */
export interface FoundRecords {
  readonly requestSeq: number | null;
  readonly answerSeq: number | null;
}

/**
 * Records a node while a composed message waits for its answer, if recording is on, and finds the records of both.
 * `stop` ends it.
 */
export function watchRecords(
  recorder: Recorder,
  idHex: string,
  message: ComposedMessage,
): { found(): FoundRecords; stop(): void } {
  const unwatch = recorder.watch(idHex);
  let requestSeq: number | null = null;
  let answerSeq: number | null = null;
  const { protocol, code, requestId } = message;
  const isRequest = (row: RecordRow): boolean =>
    row.direction === 'out' && row.protocol === protocol && row.code === code && row.nodeId === idHex;
  const hasId = (row: RecordRow): boolean => requestId === undefined || row.requestId === String(requestId);
  const unsubscribe = recorder.onRecord(({ row }) => {
    if (requestSeq === null && isRequest(row) && hasId(row)) requestSeq = row.seq;
    else if (requestSeq !== null && row.pairSeq === requestSeq) answerSeq ??= row.seq;
  });
  return {
    found: () => ({ requestSeq, answerSeq }),
    stop: () => {
      unsubscribe();
      unwatch();
    },
  };
}
