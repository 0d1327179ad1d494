import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import type { ConnectionTap } from '../../../src-main/events/connection-tap.ts';
import { Recorder } from '../../../src-main/recorder/recorder.ts';
import { RECORD_PAYLOAD_BYTES } from '../../../shared/model/recording.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NODE = '22'.repeat(32);
const REMOTE = { ip: '127.0.0.1', port: 30_303 };
const LABELS = [
  { protocol: 'eth/69', name: 'GetBlockHeaders', code: 3 },
  { protocol: 'eth/69', name: 'BlockHeaders', code: 4 },
];
const FACTS = new Map([
  ['eth/69 3', { name: 'GetBlockHeaders', role: 'request', requestName: 'GetBlockHeaders' }],
  ['eth/69 4', { name: 'BlockHeaders', role: 'answer', requestName: 'GetBlockHeaders' }],
  ['p2p 1', { name: 'Disconnect', role: 'announcement', requestName: undefined }],
  ['p2p 2', { name: 'Ping', role: 'request', requestName: 'Ping' }],
  ['p2p 3', { name: 'Pong', role: 'answer', requestName: 'Ping' }],
] as const);

function open(): { recorder: Recorder; clock: VirtualClock; tap: ConnectionTap } {
  const clock = new VirtualClock();
  const recorder = new Recorder({
    clock,
    limits: { maxRecords: 100, maxBytes: 1_000_000 },
    factsOf: (protocol, code) => FACTS.get(`${protocol} ${String(code)}` as 'p2p 2'),
    timeoutOf: () => 20_000,
    labelOf: (idHex) => (idHex === NODE ? 'archive-2' : null),
  });
  const tap = recorder.connection('outbound', REMOTE);
  tap.identified(NODE);
  tap.negotiated((code) => LABELS[code - 19] ?? { protocol: 'unknown', name: '?', code }, 'Geth/v1.17.8');
  return { recorder, clock, tap };
}

const rows = (recorder: Recorder) => [...recorder.from(0)].map(({ row }) => row);
const message = (direction: 'in' | 'out', fields: Parameters<typeof encodeRlp>[0]) => ({
  direction,
  payload: encodeRlp(fields),
  wireBytes: 64,
  ...{ compressedBytes: null, timing: null },
});

describe('Recorder', () => {
  it('records nothing until it is started, and nothing after a stop', () => {
    const { recorder, tap } = open();
    tap.message(2, message('in', []));
    recorder.start({ nodes: null, discovery: false });
    tap.message(2, message('in', []));
    recorder.stop();
    tap.message(2, message('in', []));
    expect(rows(recorder).map(({ name }) => name)).toEqual(['Ping']);
  });

  it('pairs Ping and Pong anew when recording begins again: a Pong may have been missed', async () => {
    const { recorder, clock, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(2, message('out', []));
    recorder.stop();
    tap.message(3, message('in', []));
    recorder.start({ nodes: null, discovery: false });
    await clock.advance(15_000);
    tap.message(2, message('out', []));
    await clock.advance(20);
    tap.message(3, message('in', []));
    expect(rows(recorder).map(({ pairSeq, latencyMs }) => [pairSeq, latencyMs])).toEqual([
      [null, null],
      [3, null],
      [2, 20],
    ]);
  });

  it('says unsolicited only where the request cannot be older than the recording', async () => {
    const { recorder, clock, tap } = open();
    tap.message(19, message('out', [7, []]));
    recorder.start({ nodes: null, discovery: false });
    tap.message(20, message('in', [7, []]));
    await clock.advance(20_001);
    tap.message(20, message('in', [8, []]));
    recorder.start({ nodes: null, discovery: true });
    tap.message(20, message('in', [9, []]));
    expect(rows(recorder).map(({ answerState }) => answerState)).toEqual([
      null,
      'unsolicited',
      'unsolicited',
    ]);
  });

  it('records the chosen node only', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: ['33'.repeat(32)], discovery: false });
    tap.message(2, message('in', []));
    expect(rows(recorder)).toEqual([]);
    recorder.start({ nodes: [NODE], discovery: false });
    tap.message(2, message('in', []));
    expect(rows(recorder)).toHaveLength(1);
  });

  it('links an answer to its request by the request ID, whatever comes between', async () => {
    const { recorder, clock, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(19, message('out', [7, []]));
    tap.message(19, message('out', [8, []]));
    await clock.advance(31);
    tap.message(20, message('in', [8, []]));
    tap.message(20, message('in', [7, []]));
    tap.message(20, message('in', [9, []]));
    const [first, second, third, fourth, fifth] = rows(recorder);
    expect([first?.pairSeq, second?.pairSeq]).toEqual([4, 3]);
    expect([third?.pairSeq, fourth?.pairSeq, fifth?.pairSeq]).toEqual([2, 1, null]);
    expect(third?.latencyMs).toBe(31);
    expect(first?.requestId).toBe('7');
  });

  it('does not take the answer of one side for that of the other', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(19, message('in', [7, []]));
    tap.message(20, message('in', [7, []]));
    expect(rows(recorder).map(({ pairSeq }) => pairSeq)).toEqual([null, null]);
  });

  it('links Pong to Ping, which have no request ID', async () => {
    const { recorder, clock, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(2, message('out', []));
    await clock.advance(5);
    tap.message(3, message('in', []));
    expect(rows(recorder).map(({ pairSeq, latencyMs }) => [pairSeq, latencyMs])).toEqual([
      [2, null],
      [1, 5],
    ]);
  });

  it('keeps the beginning of a long payload and counts the rest', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(19, { ...message('in', []), payload: new Uint8Array(RECORD_PAYLOAD_BYTES + 5) });
    const [record] = recorder.from(0);
    expect(record?.payload.length).toBe(RECORD_PAYLOAD_BYTES);
    expect(record?.row.plainBytes).toBe(RECORD_PAYLOAD_BYTES + 5);
  });

  it('copies the payload, which belongs to the connection', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    const payload = Uint8Array.of(0xc0);
    tap.message(2, { ...message('in', []), payload });
    payload[0] = 0xff;
    const [record] = recorder.from(0);
    expect(record?.payload).toEqual(Uint8Array.of(0xc0));
  });

  it('records the end of a connection that no Disconnect announced, and only that', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    const cause = {
      code: 'connection-lost',
      params: {},
      by: 'network',
      stage: 'running',
      disconnectReason: undefined,
    } as const;
    tap.ended(cause);
    const other = recorder.connection('inbound', REMOTE);
    other.message(1, message('in', [4]));
    other.ended(cause);
    expect(rows(recorder).map(({ kind, name }) => [kind, name])).toEqual([
      ['end', 'end'],
      ['message', 'Disconnect'],
    ]);
  });

  it('names a node as its list does, else by its client', () => {
    const { recorder, tap } = open();
    recorder.start({ nodes: null, discovery: false });
    tap.message(2, message('in', []));
    const other = recorder.connection('inbound', REMOTE);
    other.identified('44'.repeat(32));
    other.negotiated(() => ({ protocol: 'p2p', name: 'Ping', code: 2 }), 'reth/v1.2');
    other.message(2, message('in', []));
    expect(rows(recorder).map(({ nodeName }) => nodeName)).toEqual(['archive-2', 'reth/v1.2']);
  });
});

describe('a watched node', () => {
  it('is recorded besides the scope, while recording is on', () => {
    const recorder = new Recorder({
      clock: new VirtualClock(),
      limits: { maxRecords: 10, maxBytes: 1_000 },
      factsOf: () => undefined,
      timeoutOf: () => 20_000,
      labelOf: () => null,
    });
    const ends = [recorder.watch('aa'), recorder.watch('aa')];
    expect(recorder.records('aa')).toBe(false);
    recorder.start({ nodes: ['bb'], discovery: false });
    expect(recorder.records('aa')).toBe(true);
    expect(recorder.records('cc')).toBe(false);
    ends[0]?.();
    ends[0]?.();
    expect(recorder.records('aa')).toBe(true);
    ends[1]?.();
    expect(recorder.records('aa')).toBe(false);
    expect(recorder.records('bb')).toBe(true);
  });
});
