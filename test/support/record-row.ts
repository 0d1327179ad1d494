import type { RecordRow } from '../../shared/model/recording.ts';

/** A row of the recording: an inbound Ping, with the given changes. */
export function recordRow(change: Partial<RecordRow> = {}): RecordRow {
  return {
    seq: 0,
    at: 1_700_000_000_000,
    monotonicMs: 0,
    kind: 'message',
    source: 'session',
    connection: 1,
    nodeId: '11'.repeat(32),
    nodeName: null,
    address: '127.0.0.1:30303',
    direction: 'in',
    protocol: 'p2p',
    code: 2,
    name: 'Ping',
    wireBytes: 32,
    compressedBytes: null,
    plainBytes: 1,
    keptBytes: 1,
    requestId: null,
    pairSeq: null,
    role: 'request',
    latencyMs: null,
    answerState: null,
    timing: null,
    cause: null,
    frameFault: null,
    test: null,
    ...change,
  };
}
