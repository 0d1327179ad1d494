import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { MAX_IN_FLIGHT, MAX_WAITING_REQUESTS, REQUEST_TIMEOUT_MS } from '../../../src-main/eth/constants.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import type { EthMessage, HeaderQuery } from '../../../src-main/eth/messages.ts';
import type { Receipt } from '../../../src-main/eth/receipts.ts';
import { answerFault } from '../../../src-main/eth/plausibility.ts';
import type { EthAnswer, EthQuery, EthRequest } from '../../../src-main/eth/queries.ts';
import { EthRequests } from '../../../src-main/eth/requests.ts';
import type { EthVersion } from '../../../src-main/eth/versions.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let sent: EthMessage[];
let timeouts: EthRequest[];
let requests: EthRequests;

beforeEach(() => {
  clock = new VirtualClock();
  sent = [];
  timeouts = [];
  requests = requestsOver(71);
});

const requestsOver = (version: EthVersion): EthRequests =>
  new EthRequests({
    version,
    clock,
    send: (message) => sent.push(message),
    onTimeout: (request) => timeouts.push(request),
  });

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const bodies = { name: 'GetBlockBodies', hashes: [hash(1), hash(2)] } as const;
const body = { transactions: [], ommers: [], withdrawals: undefined };
const emptyBodies = (requestId: bigint): EthAnswer => ({ name: 'BlockBodies', requestId, bodies: [] });

/** Returns a chain of headers. */
function chainOf(length: number, first = 100n): readonly Uint8Array[] {
  const headers: Uint8Array[] = [];
  let parentHash = hash(0);
  for (let index = 0; index < length; index++) {
    const number = first + BigInt(index);
    const zero = new Uint8Array(32);
    const encoded = encodeRlp([
      ...[parentHash, zero, new Uint8Array(20), zero, zero, zero, new Uint8Array(256)],
      ...[0n, number, 0n, 0n, 0n, new Uint8Array(0), zero, new Uint8Array(8)],
    ]);
    headers.push(encoded);
    parentHash = decodeHeader(encoded).hash;
  }
  return headers;
}

describe('a request', () => {
  it('is matched to its answer by request ID', async () => {
    const [first, second] = [requests.ask(bodies), requests.ask(bodies)];
    expect(sent).toEqual([
      { ...bodies, requestId: 1n },
      { ...bodies, requestId: 2n },
    ]);
    requests.settle({ name: 'BlockBodies', requestId: 2n, bodies: [body] });
    requests.settle(emptyBodies(1n));
    expect((await second).bodies).toEqual([body]);
    expect((await first).bodies).toEqual([]);
    expect(requests.totals).toEqual({ open: 0, answered: 2, timedOut: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is queued while MAX_IN_FLIGHT are in flight, and refused when the queue is full', async () => {
    const queued = Array.from({ length: MAX_IN_FLIGHT + MAX_WAITING_REQUESTS }, () => requests.ask(bodies));
    expect(sent.length).toBe(MAX_IN_FLIGHT);
    expect(requests.totals.open).toBe(MAX_IN_FLIGHT + MAX_WAITING_REQUESTS);
    await expect(requests.ask(bodies)).rejects.toMatchObject({ code: 'too-many-requests' });
    requests.settle(emptyBodies(1n));
    await queued[0];
    expect(sent.length).toBe(MAX_IN_FLIGHT + 1);
    requests.close();
    const ends = await Promise.allSettled(queued.slice(1));
    expect(ends.every((end) => end.status === 'rejected')).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('times out, and accepts one late answer', async () => {
    const ended = expect(requests.ask(bodies)).rejects.toMatchObject({ code: 'request-timeout' });
    await clock.advance(REQUEST_TIMEOUT_MS);
    await ended;
    expect(timeouts).toEqual([{ ...bodies, requestId: 1n }]);
    expect(requests.totals).toEqual({ open: 0, answered: 0, timedOut: 1 });
    requests.settle(emptyBodies(1n));
    expect(requests.lateAnswers).toBe(1);
    expect(() => requests.settle(emptyBodies(1n))).toThrow(
      expect.objectContaining({ code: 'unrequested-answer' }),
    );
  });

  it('is necessary for an answer', () => {
    expect(() => requests.settle(emptyBodies(7n))).toThrow(
      expect.objectContaining({ code: 'unrequested-answer' }),
    );
  });

  it.each([
    ['of another type', { name: 'Receipts', requestId: 1n, lastIncomplete: false, blocks: [] }],
    ['with more items than requested', { name: 'BlockBodies', requestId: 1n, bodies: [body, body, body] }],
  ] satisfies [string, EthAnswer][])('with an answer %s ends the session', async (_, answer) => {
    const asked = requests.ask(bodies);
    expect(() => requests.settle(answer)).toThrow(expect.objectContaining({ code: 'bad-answer' }));
    requests.close();
    await expect(asked).rejects.toMatchObject({ code: 'session-ended' });
    await expect(requests.ask(bodies)).rejects.toMatchObject({ code: 'session-ended' });
  });
});

describe('a request that the version does not have', () => {
  it.each([
    ['block access lists', 70, { name: 'GetBlockAccessLists', hashes: [hash(1)] }],
    ['receipts within a block', 69, { name: 'GetReceipts', firstIndex: 1n, hashes: [hash(1)] }],
  ] satisfies [string, EthVersion, EthQuery][])('is refused and not sent: %s', async (_, version, query) => {
    requests = requestsOver(version);
    await expect(requests.ask(query)).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
    expect(requests.totals).toEqual({ open: 0, answered: 0, timedOut: 0 });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('receipts that answer a request', () => {
  const receipt = { type: 2, postStateOrStatus: Uint8Array.of(1), cumulativeGas: 21_000n, logs: [] };
  const request: EthRequest = {
    name: 'GetReceipts',
    requestId: 1n,
    firstIndex: 0n,
    hashes: [hash(1), hash(2)],
  };
  const fault = (blocks: readonly (readonly Receipt[])[], lastIncomplete: boolean): string | undefined =>
    answerFault(request, { name: 'Receipts', requestId: 1n, lastIncomplete, blocks });

  it('may be of all blocks, of some, of none, or end within a block', () => {
    expect(fault([[receipt], []], false)).toBeUndefined();
    expect(fault([[receipt]], false)).toBeUndefined();
    expect(fault([], false)).toBeUndefined();
    expect(fault([[], [receipt]], true)).toBeUndefined();
  });

  it('are refused when there are more blocks than requested', () => {
    expect(fault([[], [], []], false)).toBe('3 items, 2 requested');
  });

  it.each([
    ['no block', []],
    ['a last block without receipts', [[receipt], []]],
  ])('are refused when they are incomplete with %s', (_, blocks) => {
    expect(fault(blocks, true)).toBe('its last block is incomplete and has no receipts');
  });
});

describe('block access lists that answer a request', () => {
  const request: EthRequest = { name: 'GetBlockAccessLists', requestId: 1n, hashes: [hash(1)] };
  const fault = (lists: readonly (Uint8Array | undefined)[]): string | undefined =>
    answerFault(request, { name: 'BlockAccessLists', requestId: 1n, lists });

  it('may be missing, and may be fewer but not more than requested', () => {
    expect(fault([])).toBeUndefined();
    expect(fault([undefined])).toBeUndefined();
    expect(fault([Uint8Array.of(0xc0)])).toBeUndefined();
    expect(fault([undefined, undefined])).toBe('2 items, 1 requested');
  });

  it('resolve the request', async () => {
    const asked = requests.ask({ name: 'GetBlockAccessLists', hashes: [hash(1)] });
    requests.settle({ name: 'BlockAccessLists', requestId: 1n, lists: [Uint8Array.of(0xc0)] });
    expect((await asked).lists).toEqual([Uint8Array.of(0xc0)]);
  });
});

describe('headers that answer a query', () => {
  const up = chainOf(6);
  const headerAt = (index: number): Uint8Array => up[index] ?? new Uint8Array(0);
  const fault = (query: Partial<HeaderQuery>, headers: readonly Uint8Array[]): string | undefined =>
    answerFault(
      {
        name: 'GetBlockHeaders',
        requestId: 1n,
        query: { start: { number: 100n }, limit: 4n, skip: 0n, reverse: false, ...query },
      },
      { name: 'BlockHeaders', requestId: 1n, headers },
    );

  it('may be a chain from the requested start, a part of it, or empty', () => {
    expect(fault({}, [])).toBeUndefined();
    expect(fault({}, up.slice(0, 4))).toBeUndefined();
    expect(fault({ start: { hash: decodeHeader(headerAt(0)).hash } }, up.slice(0, 2))).toBeUndefined();
    const down = [...up].reverse();
    expect(fault({ start: { number: 105n }, reverse: true }, down.slice(0, 4))).toBeUndefined();
    expect(fault({ skip: 1n }, [headerAt(0), headerAt(2), headerAt(4)])).toBeUndefined();
  });

  it.each([
    ['too many', {}, up.slice(0, 5)],
    ['from another block', {}, up.slice(1, 3)],
    ['from a block of another hash', { start: { hash: hash(9) } }, up.slice(0, 1)],
    ['with a gap', {}, [headerAt(0), headerAt(2)]],
    ['in the other direction', { reverse: true }, up.slice(0, 2)],
    ['of two chains', {}, [headerAt(0), chainOf(1, 101n)[0] ?? hash(0)]],
    ['that do not decode', {}, [encodeRlp([1, 2, 3])]],
  ] satisfies [string, Partial<HeaderQuery>, readonly Uint8Array[]][])(
    'are refused: %s',
    (_, query, headers) => {
      expect(fault(query, headers)).toEqual(expect.any(String));
    },
  );

  it('are refused with their number', () => {
    expect(fault({ limit: 1n }, up.slice(0, 2))).toBe('2 headers, 1 requested');
  });

  it('may be the genesis block of a network', () => {
    const { genesisHeaderRlp, genesisHash } = NETWORKS.mainnet;
    expect(fault({ start: { hash: genesisHash } }, [genesisHeaderRlp])).toBeUndefined();
  });
});

describe('the figures of the requests', () => {
  it('are kept by kind, with what is in flight', async () => {
    void requests.ask(bodies).catch(() => undefined);
    void requests.ask(bodies).catch(() => undefined);
    await clock.advance(30);
    requests.settle(emptyBodies(1n));
    expect(requests.counts).toEqual([
      { name: 'GetBlockBodies', answered: 1, timedOut: 0, p50Ms: 30, p95Ms: 30 },
    ]);
    expect(requests.inFlight.map(({ request }) => request.requestId)).toEqual([2n]);
    expect(requests.inFlight[0]?.sentAt).toBe(clock.now() - 30);
    await clock.advance(REQUEST_TIMEOUT_MS);
    expect(requests.counts).toMatchObject([{ answered: 1, timedOut: 1 }]);
    expect(requests.inFlight).toEqual([]);
  });
});
