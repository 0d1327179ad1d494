import { afterEach, beforeEach, expect, test } from 'vitest';
import { CloseStack } from '../../../src-main/base/close-stack.ts';
import type { ByteStream, SocketAddress } from '../../../src-main/base/network.ts';
import { systemStreamDialer } from '../../../src-main/base/tcp.ts';
import { DemoChain } from '../../../src-main/demo/chain.ts';
import { listenAs, staysSilent, type FailingPeer } from '../../../src-main/demo/failing-peer.ts';
import { freePort } from '../../support/loopback-ports.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let at: SocketAddress;
let clock: VirtualClock;
let closing: CloseStack;

beforeEach(async () => {
  at = { ip: '127.0.0.1', port: await freePort() };
  clock = new VirtualClock();
  closing = new CloseStack();
});
afterEach(() => closing.close());

async function listen(peer: FailingPeer): Promise<void> {
  const privateKey = new Uint8Array(32).fill(1);
  const parts = { clientName: 'test', privateKey, chain: new DemoChain(), clock, logger: silentLogger };
  await listenAs(peer, at, { ...parts, random: new SeededRandom(1) }, closing);
}

const dial = (): Promise<ByteStream> => systemStreamDialer.dial(at, { timeoutMs: 10_000 });

/** Resolves when the other side has closed a stream. */
const closed = (stream: ByteStream): Promise<unknown> =>
  new Promise((resolve) => {
    stream.onData(() => undefined);
    stream.onClose(resolve);
  });

test('a failing peer keeps 16 connections open, and closes a further one at once', async () => {
  await listen(staysSilent);
  let open = 0;
  const streams: Promise<unknown>[] = [];
  for (let count = 0; count < 17; count++) {
    const stream = await dial();
    open += 1;
    streams.push(closed(stream).then(() => (open -= 1)));
  }
  await Promise.race(streams);
  expect(open).toBe(16);
  await closing.close();
  await Promise.all(streams);
  expect(open).toBe(0);
});

test('a connection is closed when the peer has failed', async () => {
  await listen(() => Promise.reject(new Error('failed')));
  await closed(await dial());
});

test('a peer that waits leaves no timer when the node stops', async () => {
  let waits: () => void;
  const waiting = new Promise<void>((resolve) => (waits = resolve));
  await listen(async (_stream, { scope }) => {
    const delay = scope.delay(60_000);
    waits();
    await delay;
  });
  const ended = closed(await dial());
  await waiting;
  expect(clock.pendingTimers).toBe(1);
  await closing.close();
  await ended;
  expect(clock.pendingTimers).toBe(0);
});
