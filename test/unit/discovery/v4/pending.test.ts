import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_PENDING_REPLIES } from '../../../../src-main/discovery/v4/constants.ts';
import type { Pong } from '../../../../src-main/discovery/v4/messages.ts';
import { PendingReplies } from '../../../../src-main/discovery/v4/pending.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const IP = '10.0.0.1';
const OTHER_IP = '10.0.0.2';

let clock: VirtualClock;
let pending: PendingReplies;

beforeEach(() => {
  clock = new VirtualClock();
  pending = new PendingReplies(clock);
});

function pong(token: number): Pong {
  const pingHash = new Uint8Array(32).fill(token);
  return { type: 'pong', to: { ip: IP, udp: 1, tcp: 1 }, pingHash, expiration: 0, enrSeq: undefined };
}

function waitForPong(token: number, idHex = 'aa', ip = IP): Promise<void> {
  const isAnswer = (message: Pong): boolean => message.pingHash[0] === token;
  return pending.wait({
    type: 'pong',
    idHex,
    ip,
    mightAccept: isAnswer,
    accept: (message) => (isAnswer(message) ? 'done' : 'no'),
  });
}

describe('PendingReplies', () => {
  it('matches an answer by type, node, address and token together', async () => {
    const waiting = waitForPong(1);
    expect(pending.match(pong(2), 'aa', IP)).toBe(false);
    expect(pending.match(pong(1), 'bb', IP)).toBe(false);
    expect(pending.match(pong(1), 'aa', OTHER_IP)).toBe(false);
    expect(pending.match({ type: 'neighbors', nodes: [], expiration: 0 }, 'aa', IP)).toBe(false);
    expect(pending.match(pong(1), 'aa', IP)).toBe(true);
    await waiting;
    expect(pending.match(pong(1), 'aa', IP)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('checks before the sender is known whether a packet can be an answer', () => {
    waitForPong(1).catch(() => undefined);
    expect(pending.mightMatch(pong(1), IP)).toBe(true);
    expect(pending.mightMatch(pong(2), IP)).toBe(false);
    expect(pending.mightMatch(pong(1), OTHER_IP)).toBe(false);
    expect([pending.expects(IP), pending.expects(OTHER_IP)]).toEqual([true, false]);
    pending.close();
    expect(pending.expects(IP)).toBe(false);
  });

  it('times out after half a second', async () => {
    const waiting = waitForPong(1);
    await expect(clock.runUntil(waiting)).rejects.toThrow(expect.objectContaining({ code: 'timeout' }));
    expect(clock.monotonic()).toBe(500);
    expect(pending.size).toBe(0);
  });

  it('resolves with a part of the answer at the timeout', async () => {
    let parts = 0;
    const waiting = pending.wait({
      type: 'neighbors',
      idHex: 'aa',
      ip: IP,
      accept: () => (++parts === 3 ? 'done' : 'partial'),
    });
    expect(pending.match({ type: 'neighbors', nodes: [], expiration: 0 }, 'aa', IP)).toBe(true);
    await clock.runUntil(waiting);
    expect(parts).toBe(1);
  });

  it('refuses requests above the bound', async () => {
    const waiting = Array.from({ length: MAX_PENDING_REPLIES }, (_, token) =>
      waitForPong(token).catch(() => undefined),
    );
    await expect(waitForPong(1)).rejects.toThrow(expect.objectContaining({ code: 'busy' }));
    pending.close();
    await Promise.all(waiting);
  });

  it('rejects all requests on close', async () => {
    const waiting = waitForPong(1);
    pending.close();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ code: 'closed' }));
    expect(clock.pendingTimers).toBe(0);
  });
});
