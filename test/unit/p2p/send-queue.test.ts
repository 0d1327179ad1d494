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
let left: string[];
let dropped: string[];
let overflows: number;
let drain: (() => void)[];
let queue: SendQueue;

beforeEach(() => {
  clock = new VirtualClock();
  congested = false;
  left = [];
  dropped = [];
  overflows = 0;
  drain = [];
  queue = new SendQueue({
    clock,
    isCongested: () => congested,
    drained: () => new Promise((resolve) => drain.push(resolve)),
    transmit: (message) => left.push(message.label.name),
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

describe('a queue in front of a transport', () => {
  it('hands everything on at once while there is room', () => {
    send('answer', 'a');
    send('control', 'c');
    expect(left).toEqual(['a', 'c']);
    expect(queue.bytes).toBe(0);
    expect(queue.congested).toBe(false);
  });

  it('lets control go before requests and answers, and those before announcements', async () => {
    congested = true;
    send('announcement', 'news');
    send('answer', 'a1');
    send('request', 'r1');
    send('control', 'ping');
    send('answer', 'a2');
    expect(left).toEqual([]);
    expect(queue.bytes).toBe(50);
    await makeRoom();
    expect(left).toEqual(['ping', 'a1', 'r1', 'a2', 'news']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets a protocol wait until there is room', async () => {
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
    expect(left).toEqual(['a']);
  });

  it('lets a protocol go that waits when the queue closes', async () => {
    congested = true;
    const ready = queue.ready();
    queue.close();
    await ready;
    expect(queue.congested).toBe(false);
    send('answer', 'late');
    expect(left).toEqual([]);
  });

  it('does not spin on a transport that drains and has no room', async () => {
    let asked = 0;
    const stuck = new SendQueue({
      clock,
      isCongested: () => true,
      drained: () => {
        asked++;
        return Promise.resolve();
      },
      transmit: () => undefined,
      onDropped: () => undefined,
      onOverflow: () => undefined,
    });
    stuck.send('answer', message('a'));
    await clock.advance(1_000);
    expect(asked).toBeLessThan(100);
    stuck.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('drops announcements by name when they find no room, and nothing else', () => {
    congested = true;
    for (let index = 0; index < 5_000; index++) send('announcement', `n${index}`, 1);
    send('announcement', 'large', 5 * 1024 * 1024);
    send('answer', 'answer');
    expect(dropped.length).toBe(5_001 - 4_096);
    expect(dropped.at(-1)).toBe('large');
    expect(queue.dropped).toBe(dropped.length);
    expect(overflows).toBe(0);
  });

  it('tells when more answers wait than it holds', () => {
    congested = true;
    for (let index = 0; index < 4_096; index++) send('answer', 'a', 1);
    expect(overflows).toBe(0);
    send('answer', 'one too many', 1);
    expect(overflows).toBe(1);
  });

  it('takes a first message of any size', () => {
    congested = true;
    send('announcement', 'news', 10 * 1024 * 1024);
    send('answer', 'large', 16 * 1024 * 1024);
    expect(dropped).toEqual([]);
    expect(overflows).toBe(0);
  });

  it('drops control messages that a peer provokes without reading', async () => {
    congested = true;
    for (let index = 0; index < 1_000; index++) send('control', 'pong', 1);
    expect(queue.bytes).toBe(64);
    await makeRoom();
    expect(left.length).toBe(64);
  });
});

describe('announcements', () => {
  it('wait a moment for each other', async () => {
    send('announcement', 'one');
    await clock.advance(ANNOUNCEMENT_DELAY_MS - 1);
    send('announcement', 'two');
    expect(left).toEqual([]);
    await clock.advance(1);
    expect(left).toEqual(['one', 'two']);
    send('announcement', 'three');
    expect(left).toEqual(['one', 'two']);
    await clock.advance(ANNOUNCEMENT_DELAY_MS);
    expect(left).toEqual(['one', 'two', 'three']);
  });

  it('leave as soon as they fill a write', () => {
    send('announcement', 'one', ANNOUNCEMENT_BATCH - 1);
    expect(left).toEqual([]);
    send('announcement', 'two', 1);
    expect(left).toEqual(['one', 'two']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('go along with whatever leaves', () => {
    send('announcement', 'news');
    send('answer', 'a');
    expect(left).toEqual(['a', 'news']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are forgotten with the session', async () => {
    send('announcement', 'news');
    queue.close();
    await clock.advance(100);
    expect(left).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
