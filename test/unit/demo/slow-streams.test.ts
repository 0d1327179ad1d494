import { expect, it } from 'vitest';
import type { StreamListener } from '../../../src-main/base/network.ts';
import { SlowStreams } from '../../../src-main/demo/slow-streams.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LATENCY_MS = 80;

/** Both ends of a connection whose accepting end is slow, and what that end has received: time and byte. */
async function connected() {
  const clock = new VirtualClock();
  const [far, inner] = MemoryStream.pair(clock, { ip: '127.0.0.2', port: 1 }, { ip: '127.0.0.1', port: 2 });
  const listener: StreamListener = {
    listen: async (at, onStream) => {
      onStream(inner);
      return { local: at, close: async () => undefined };
    },
  };
  const streams = new SlowStreams(clock, LATENCY_MS);
  const received: (readonly [at: number, byte: number | undefined])[] = [];
  const slow = await new Promise<MemoryStream>((resolve) => {
    void streams.listener(listener).listen(inner.local, (stream) => resolve(stream as MemoryStream));
  });
  slow.onData((chunk) => received.push([clock.monotonic(), chunk[0]]));
  return { clock, far, slow, received };
}

it('received bytes are late by the latency and in order; sent bytes are not late', async () => {
  const { clock, far, slow, received } = await connected();
  const sent: number[] = [];
  far.onData(() => sent.push(clock.monotonic()));
  far.write(Uint8Array.of(1));
  slow.write(Uint8Array.of(9));
  await clock.advance(30);
  far.write(Uint8Array.of(2));
  expect(sent).toEqual([0]);
  await clock.advance(49);
  expect(received).toEqual([]);
  await clock.advance(200);
  expect(received).toEqual([
    [80, 1],
    [110, 2],
  ]);
});

it('a paused stream delivers what it has after it is resumed', async () => {
  const { clock, far, slow, received } = await connected();
  far.write(Uint8Array.of(1));
  await clock.advance(10);
  slow.pause();
  await clock.advance(200);
  expect(received).toEqual([]);
  slow.resume();
  await clock.advance(1);
  expect(received.map(([, byte]) => byte)).toEqual([1]);
});

it('a closed stream delivers nothing more and leaves no timer', async () => {
  const { clock, far, slow, received } = await connected();
  far.write(Uint8Array.of(1));
  await clock.advance(10);
  slow.destroy();
  await clock.advance(200);
  expect(received).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
