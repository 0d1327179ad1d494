import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageClass } from '../../../src-main/p2p/message-class.ts';
import {
  ANNOUNCEMENT_BATCH,
  ANNOUNCEMENT_DELAY_MS,
  SendQueue,
  type OutgoingMessage,
} from '../../../src-main/p2p/send-queue.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let congested: boolean;
let transmitted: string[];
let dropped: string[];
let overflows: number;
let drain: (() => void)[];
let queue: SendQueue;

beforeEach(() => {
  clock = new VirtualClock();
  congested = false;
  transmitted = [];
  dropped = [];
  overflows = 0;
  drain = [];
  queue = new SendQueue({
    clock,
    isRecorded: () => false,
    isCongested: () => congested,
    drained: () => new Promise((resolve) => drain.push(resolve)),
    transmit: (message) => transmitted.push(message.label.name),
    onDropped: (message) => dropped.push(message.label.name),
    onOverflow: () => {
      overflows++;
      queue.close();
    },
  });
});

const message = (name: string, size = 10): OutgoingMessage => ({
  code: 16,
  payload: new Uint8Array(size),
  label: { protocol: 'toy/1', name, code: 0 },
});

const send = (kind: MessageClass, name: string, size?: number): void => {
  queue.send(kind, message(name, size));
};

/** The transport has room again. */
async function makeRoom(): Promise<void> {
  congested = false;
  for (const resolve of drain.splice(0)) resolve();
  await clock.advance(0);
}

describe('the send queue', () => {
  it('transmits messages immediately while the transport is not congested', () => {
    send('answer', 'a');
    send('control', 'c');
    expect(transmitted).toEqual(['a', 'c']);
    expect(queue.bytes).toBe(0);
    expect(queue.congested).toBe(false);
  });

  it('transmits control before requests and answers, and announcements last', async () => {
    congested = true;
    send('announcement', 'news');
    send('answer', 'a1');
    send('request', 'r1');
    send('control', 'ping');
    send('answer', 'a2');
    expect(transmitted).toEqual([]);
    expect(queue.bytes).toBe(50);
    await makeRoom();
    expect(transmitted).toEqual(['ping', 'a1', 'r1', 'a2', 'news']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('transmits the control messages of a congested transport on request, and keeps the others', async () => {
    congested = true;
    send('answer', 'a');
    send('control', 'ping');
    send('control', 'pong');
    queue.transmitControl();
    expect(transmitted).toEqual(['ping', 'pong']);
    await makeRoom();
    expect(transmitted).toEqual(['ping', 'pong', 'a']);
  });

  it('resolves ready when the transport has room', async () => {
    congested = true;
    send('answer', 'a');
    expect(queue.congested).toBe(true);
    let isReady = false;
    const ready = queue.ready().then(() => {
      isReady = true;
    });
    await clock.advance(100);
    expect(isReady).toBe(false);
    await makeRoom();
    await ready;
    expect(transmitted).toEqual(['a']);
  });

  it('is not ready before a control message that waits is transmitted', async () => {
    congested = true;
    send('control', 'ping');
    // The transport has room, and the queue does not know it yet.
    congested = false;
    const ready = queue.ready().then(() => {
      expect(transmitted).toEqual(['ping']);
    });
    await makeRoom();
    await ready;
    expect.assertions(1);
  });

  it('resolves ready when the queue closes', async () => {
    congested = true;
    const ready = queue.ready();
    queue.close();
    await ready;
    expect(queue.congested).toBe(false);
    send('answer', 'late');
    expect(transmitted).toEqual([]);
  });

  it('does not busy-loop on a transport that drains but stays congested', async () => {
    let calls = 0;
    const stuck = new SendQueue({
      clock,
      isRecorded: () => false,
      isCongested: () => true,
      drained: () => {
        calls++;
        return Promise.resolve();
      },
      transmit: () => undefined,
      onDropped: () => undefined,
      onOverflow: () => undefined,
    });
    stuck.send('answer', message('a'));
    await clock.advance(1_000);
    expect(calls).toBeLessThan(100);
    stuck.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('drops only announcements when the queue is full, and reports each', () => {
    congested = true;
    for (let index = 0; index < 5_000; index++) send('announcement', `n${index}`, 1);
    send('announcement', 'large', 5 * 1024 * 1024);
    send('answer', 'answer');
    expect(dropped.length).toBe(5_001 - 4_096);
    expect(dropped.at(-1)).toBe('large');
    expect(queue.dropped).toBe(dropped.length);
    expect(overflows).toBe(0);
  });

  it('reports an overflow of answers', () => {
    congested = true;
    for (let index = 0; index < 4_096; index++) send('answer', 'a', 1);
    expect(overflows).toBe(0);
    send('answer', 'one too many', 1);
    expect(overflows).toBe(1);
  });

  it('accepts a first message of any size', () => {
    congested = true;
    send('announcement', 'news', 10 * 1024 * 1024);
    send('answer', 'large', 16 * 1024 * 1024);
    expect(dropped).toEqual([]);
    expect(overflows).toBe(0);
  });

  it('limits the control messages to a peer that does not read', async () => {
    congested = true;
    for (let index = 0; index < 1_000; index++) send('control', 'pong', 1);
    expect(queue.bytes).toBe(64);
    await makeRoom();
    expect(transmitted.length).toBe(64);
  });
});

describe('announcements', () => {
  it('are collected for a short time', async () => {
    send('announcement', 'one');
    await clock.advance(ANNOUNCEMENT_DELAY_MS - 1);
    send('announcement', 'two');
    expect(transmitted).toEqual([]);
    await clock.advance(1);
    expect(transmitted).toEqual(['one', 'two']);
    send('announcement', 'three');
    expect(transmitted).toEqual(['one', 'two']);
    await clock.advance(ANNOUNCEMENT_DELAY_MS);
    expect(transmitted).toEqual(['one', 'two', 'three']);
  });

  it('are sent when they fill a write', () => {
    send('announcement', 'one', ANNOUNCEMENT_BATCH - 1);
    expect(transmitted).toEqual([]);
    send('announcement', 'two', 1);
    expect(transmitted).toEqual(['one', 'two']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are sent together with another message', () => {
    send('announcement', 'news');
    send('answer', 'a');
    expect(transmitted).toEqual(['a', 'news']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are dropped when the queue closes', async () => {
    send('announcement', 'news');
    queue.close();
    await clock.advance(100);
    expect(transmitted).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
