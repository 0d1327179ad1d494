import { describe, expect, it } from 'vitest';
import { DiscoveryError } from '../../../../src-main/discovery/errors.ts';
import { ActiveRequests, type RequestTarget } from '../../../../src-main/discovery/v5/active-requests.ts';
import { MAX_ACTIVE_REQUESTS, MAX_QUEUED_PER_NODE } from '../../../../src-main/discovery/v5/constants.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const PING = { type: 'ping', enrSeq: 1n } as const;

/** A node with its own ID and address. */
const node = (index: number): RequestTarget => ({
  idHex: index.toString(16).padStart(64, '0'),
  id: new Uint8Array(32),
  publicKey: new Uint8Array(64),
  address: {
    ip: `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    port: 30303,
  },
});

/** Requests that were sent and are never answered. */
function unanswered(): {
  clock: VirtualClock;
  requests: ActiveRequests;
  failures: string[];
  add: (target: RequestTarget) => void;
} {
  const clock = new VirtualClock();
  const failures: string[] = [];
  let nonce = 0;
  const requests: ActiveRequests = new ActiveRequests(
    clock,
    (request) => requests.sent(request, Uint8Array.of(nonce >> 16, (nonce >> 8) & 255, nonce++ & 255)),
    () => undefined,
  );
  const add = (target: RequestTarget): void => {
    requests.add(target, Uint8Array.of(1), PING).catch((error: unknown) => {
      failures.push(error instanceof DiscoveryError ? error.code : String(error));
    });
  };
  return { clock, requests, failures, add };
}

describe('ActiveRequests', () => {
  it('accepts at most 4,096 requests in total, and another one when one has ended', async () => {
    const { clock, requests, failures, add } = unanswered();
    for (let index = 0; index < MAX_ACTIVE_REQUESTS; index++) add(node(index));
    await clock.settle();
    expect([requests.active, failures.length]).toEqual([MAX_ACTIVE_REQUESTS, 0]);
    add(node(MAX_ACTIVE_REQUESTS));
    await clock.settle();
    expect(failures).toEqual(['busy']);
    requests.answer(node(0).idHex, node(0).address, {
      requestId: Uint8Array.of(1),
      message: { type: 'pong', enrSeq: 1n, ip: '10.0.0.1', port: 1 },
    });
    add(node(MAX_ACTIVE_REQUESTS));
    await clock.settle();
    expect([requests.active, failures]).toEqual([MAX_ACTIVE_REQUESTS, ['busy']]);
    requests.close();
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts queued requests towards that limit', async () => {
    const { clock, requests, failures, add } = unanswered();
    const perNode = MAX_QUEUED_PER_NODE + 1;
    for (let index = 0; index < MAX_ACTIVE_REQUESTS; index++) add(node(Math.floor(index / perNode)));
    await clock.settle();
    expect([requests.active + requests.queued, failures.length]).toEqual([MAX_ACTIVE_REQUESTS, 0]);
    expect(requests.queued).toBeGreaterThan(MAX_ACTIVE_REQUESTS / 2);
    add(node(MAX_ACTIVE_REQUESTS));
    await clock.settle();
    expect(failures).toEqual(['busy']);
    requests.close();
  });

  it('queues at most 32 requests per node', async () => {
    const { clock, requests, failures, add } = unanswered();
    for (let index = 0; index <= MAX_QUEUED_PER_NODE; index++) add(node(1));
    await clock.settle();
    expect([requests.queued, failures.length]).toEqual([MAX_QUEUED_PER_NODE, 0]);
    add(node(1));
    add(node(2));
    await clock.settle();
    expect([requests.active, failures]).toEqual([2, ['busy']]);
    requests.close();
  });
});
