import { beforeEach, describe, expect, test } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import {
  COMPOSED_TIMEOUT_MS,
  ComposedRequests,
  FIRST_COMPOSED_ID,
  MAX_OPEN_COMPOSED,
  type ComposedMessage,
} from '../../../src-main/p2p/composed-requests.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let requests: ComposedRequests;

beforeEach(() => {
  clock = new VirtualClock();
  requests = new ComposedRequests(clock);
});

const payload = (id: bigint): Uint8Array => encodeRlp([id, []]);

function request(change: Partial<ComposedMessage> = {}): ComposedMessage {
  const requestId = requests.takeId();
  const usual = { protocol: 'eth/69', name: 'GetBlockHeaders', code: 3, answerCode: 4 };
  return { ...usual, payload: payload(requestId), requestId, ...change };
}

describe('a composed request', () => {
  test('takes its answer, by protocol, code and request ID', async () => {
    const message = request();
    const end = requests.open(message);
    const answer = payload(FIRST_COMPOSED_ID);
    expect(requests.take('eth/69', 4, payload(1n))).toBe(false);
    expect(requests.take('eth/69', 6, answer)).toBe(false);
    expect(requests.take('snap/1', 4, answer)).toBe(false);
    await clock.advance(31);
    expect(requests.take('eth/69', 4, answer)).toBe(true);
    expect(await end).toEqual({ outcome: 'answered', latencyMs: 31, answer });
    expect(requests.take('eth/69', 4, answer)).toBe(false);
    expect(requests.counts).toEqual([
      { protocol: 'eth/69', name: 'GetBlockHeaders', answered: 1, timedOut: 0, p50Ms: 31, p95Ms: 31 },
    ]);
  });

  test('ends after 15 s, and its late answer is taken once', async () => {
    const end = requests.open(request());
    await clock.advance(COMPOSED_TIMEOUT_MS);
    expect(await end).toMatchObject({ outcome: 'timeout' });
    expect(requests.inFlight).toEqual([]);
    expect(requests.take('eth/69', 4, payload(FIRST_COMPOSED_ID))).toBe(true);
    expect(requests.take('eth/69', 4, payload(FIRST_COMPOSED_ID))).toBe(false);
  });

  test('without a readable request ID takes any answer of its kind', async () => {
    const end = requests.open(request({ requestId: undefined }));
    expect(requests.take('eth/69', 4, payload(77n))).toBe(true);
    expect(await end).toMatchObject({ outcome: 'answered' });
  });

  test('is one of at most four, with IDs that no protocol uses', () => {
    for (let count = 0; count < MAX_OPEN_COMPOSED; count++) {
      expect(requests.hasRoom).toBe(true);
      void requests.open(request());
    }
    expect(requests.hasRoom).toBe(false);
    expect(requests.nextId).toBe(FIRST_COMPOSED_ID + 4n);
    requests.close();
    expect(requests.hasRoom).toBe(true);
  });

  test('ends with the session', async () => {
    const end = requests.open(request());
    requests.close();
    expect(await end).toEqual({ outcome: 'ended', latencyMs: null, answer: undefined });
    expect(clock.pendingTimers).toBe(0);
  });
});
