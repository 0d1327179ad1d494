import { describe, expect, it } from 'vitest';
import { DiscoveryError } from '../../../../src-main/discovery/errors.ts';
import { Calls, type CallTarget } from '../../../../src-main/discovery/v5/calls.ts';
import { MAX_PENDING, MAX_QUEUED_PER_NODE } from '../../../../src-main/discovery/v5/constants.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const PING = { type: 'ping', enrSeq: 1n } as const;

/** One of very many nodes. */
const node = (index: number): CallTarget => ({
  idHex: index.toString(16).padStart(64, '0'),
  id: new Uint8Array(32),
  publicKey: new Uint8Array(64),
  address: {
    ip: `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    port: 30303,
  },
});

/** Calls that were sent, none of which is ever answered. */
function unanswered(): {
  clock: VirtualClock;
  calls: Calls;
  failures: string[];
  add: (target: CallTarget) => void;
} {
  const clock = new VirtualClock();
  const failures: string[] = [];
  let nonce = 0;
  const calls: Calls = new Calls(
    clock,
    (call) => calls.sent(call, Uint8Array.of(nonce >> 16, (nonce >> 8) & 255, nonce++ & 255)),
    () => undefined,
  );
  const add = (target: CallTarget): void => {
    calls.add(target, Uint8Array.of(1), PING).catch((error: unknown) => {
      failures.push(error instanceof DiscoveryError ? error.code : String(error));
    });
  };
  return { clock, calls, failures, add };
}

describe('the requests of discovery v5 that wait', () => {
  it('are 4,096 at most over all nodes: the next one is refused at once, and taken when one has ended', async () => {
    const { clock, calls, failures, add } = unanswered();
    for (let index = 0; index < MAX_PENDING; index++) add(node(index));
    await clock.settle();
    expect([calls.active, failures.length]).toEqual([MAX_PENDING, 0]);
    add(node(MAX_PENDING));
    await clock.settle();
    expect(failures).toEqual(['busy']);
    calls.answer(node(0).idHex, node(0).address, {
      requestId: Uint8Array.of(1),
      message: { type: 'pong', enrSeq: 1n, ip: '10.0.0.1', port: 1 },
    });
    add(node(MAX_PENDING));
    await clock.settle();
    expect([calls.active, failures]).toEqual([MAX_PENDING, ['busy']]);
    calls.close();
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('count towards that limit also while they wait for their turn at a node', async () => {
    const { clock, calls, failures, add } = unanswered();
    const perNode = MAX_QUEUED_PER_NODE + 1;
    for (let index = 0; index < MAX_PENDING; index++) add(node(Math.floor(index / perNode)));
    await clock.settle();
    expect([calls.active + calls.queued, failures.length]).toEqual([MAX_PENDING, 0]);
    expect(calls.queued).toBeGreaterThan(MAX_PENDING / 2);
    add(node(MAX_PENDING));
    await clock.settle();
    expect(failures).toEqual(['busy']);
    calls.close();
  });

  it('are 32 at most behind the one that a node is to answer, however few there are in all', async () => {
    const { clock, calls, failures, add } = unanswered();
    for (let index = 0; index <= MAX_QUEUED_PER_NODE; index++) add(node(1));
    await clock.settle();
    expect([calls.queued, failures.length]).toEqual([MAX_QUEUED_PER_NODE, 0]);
    add(node(1));
    add(node(2));
    await clock.settle();
    expect([calls.active, failures]).toEqual([2, ['busy']]);
    calls.close();
  });
});
