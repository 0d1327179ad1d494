import { beforeEach, describe, expect, it } from 'vitest';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { StreamShaper } from '../../../src-main/base/shaped-stream.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let shaper: StreamShaper;

beforeEach(() => {
  clock = new VirtualClock();
  shaper = new StreamShaper(clock);
});

interface Link {
  /** The local stream, under the caps. */
  readonly near: ByteStream;
  /** The stream of the peer, without caps. */
  readonly far: MemoryStream;
}

function link(): Link {
  const [near, far] = MemoryStream.pair(clock, { ip: '10.0.0.1', port: 1 }, { ip: '10.0.0.2', port: 2 });
  return { near: shaper.shape(near), far };
}

/** Counts the bytes that a stream receives. */
function sink(stream: ByteStream): { bytes: number; last: number } {
  const seen = { bytes: 0, last: 0 };
  stream.onData((chunk) => {
    seen.bytes += chunk.length;
    seen.last = clock.monotonic();
  });
  return seen;
}

/** Writes chunks and waits for drain when `write` returns false. */
async function pour(stream: ByteStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += 8_192) {
    if (!stream.write(new Uint8Array(Math.min(8_192, bytes - sent)))) await stream.drained();
  }
}

const MEGABYTE = 1_000_000;

describe('without caps', () => {
  it('all bytes pass immediately', async () => {
    const { near, far } = link();
    const [theirs, ours] = [sink(far), sink(near)];
    void pour(near, MEGABYTE);
    void pour(far, MEGABYTE);
    await clock.advance(10);
    expect([theirs.bytes, ours.bytes]).toEqual([MEGABYTE, MEGABYTE]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe.each(['upload', 'download'] as const)('under a cap on %s', (direction) => {
  const cap = (perSecond: number): void => {
    shaper.setCaps({ upload: 0, download: 0, [direction]: perSecond });
  };
  /** The ends of a link in the direction of the cap. */
  const ends = ({ near, far }: Link): [ByteStream, ByteStream] =>
    direction === 'upload' ? [near, far] : [far, near];

  it('the byte rate is the cap, within 5 %', async () => {
    cap(100_000);
    const [from, to] = ends(link());
    const seen = sink(to);
    void pour(from, 10 * MEGABYTE);
    await clock.advance(2_000);
    const before = seen.bytes;
    await clock.advance(10_000);
    expect(seen.bytes - before).toBeGreaterThan(950_000);
    expect(seen.bytes - before).toBeLessThan(1_050_000);
  });

  it('the other direction has no limit', async () => {
    cap(10_000);
    const [to, from] = ends(link());
    const seen = sink(to);
    void pour(from, MEGABYTE);
    await clock.advance(10);
    expect(seen.bytes).toBe(MEGABYTE);
  });

  it('all streams get the same share', async () => {
    cap(200_000);
    const seen = Array.from({ length: 10 }, () => {
      const [from, to] = ends(link());
      void pour(from, MEGABYTE);
      return sink(to);
    });
    await clock.advance(20_000);
    const bytes = seen.map((each) => each.bytes);
    const sum = bytes.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(3_700_000);
    expect(sum).toBeLessThan(4_400_000);
    expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThan(100_000);
  });

  it('a small message does not wait for large ones of other streams', async () => {
    cap(50_000);
    for (let index = 0; index < 20; index++) {
      const [from, to] = ends(link());
      sink(to);
      void pour(from, MEGABYTE);
    }
    await clock.advance(30_000);
    const [from, to] = ends(link());
    const seen = sink(to);
    for (let index = 0; index < 10; index++) from.write(new Uint8Array(1_000));
    await clock.advance(0);
    expect(seen.bytes).toBeGreaterThanOrEqual(8_000);
    await clock.advance(4_000);
    expect(seen.bytes).toBe(10_000);
  });

  it('a new cap applies immediately, and without a cap all bytes pass', async () => {
    cap(10_000);
    const [from, to] = ends(link());
    const seen = sink(to);
    void pour(from, 5 * MEGABYTE);
    await clock.advance(5_000);
    const slow = seen.bytes;
    expect(slow).toBeLessThan(200_000);
    cap(500_000);
    await clock.advance(4_000);
    expect(seen.bytes - slow).toBeGreaterThan(1_500_000);
    expect(seen.bytes).toBeLessThan(2_500_000);
    cap(0);
    await clock.advance(100);
    expect(seen.bytes).toBe(5 * MEGABYTE);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a stream that closes leaves the queue, and no timer remains', async () => {
    cap(10_000);
    const links = Array.from({ length: 5 }, () => link());
    for (const each of links) {
      const [from, to] = ends(each);
      sink(to);
      void pour(from, MEGABYTE);
    }
    await clock.advance(3_000);
    for (const { near } of links) near.destroy();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a stream that its reader paused stays paused', async () => {
    cap(100_000);
    const [from, to] = ends(link());
    const seen = sink(to);
    void pour(from, MEGABYTE);
    await clock.advance(1_000);
    to.pause();
    const before = seen.bytes;
    await clock.advance(3_000);
    expect(seen.bytes).toBe(before);
    to.resume();
    await clock.advance(1_000);
    expect(seen.bytes).toBeGreaterThan(before + 50_000);
  });
});

describe('the last bytes before the end of a stream', () => {
  it('are written immediately, with all bytes that wait', async () => {
    shaper.setCaps({ upload: 1_000, download: 0 });
    const { near, far } = link();
    const seen = sink(far);
    near.write(new Uint8Array(50_000));
    near.write(new Uint8Array(100));
    expect(near.queued).toBeGreaterThan(40_000);
    near.end();
    await clock.advance(10);
    expect(seen.bytes).toBe(50_100);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('dialer and listener of the shaper', () => {
  it('open streams under the caps', async () => {
    shaper.setCaps({ upload: 10_000, download: 0 });
    const [a, b] = MemoryStream.pair(clock, { ip: '10.0.0.1', port: 1 }, { ip: '10.0.0.2', port: 2 });
    const dialer = shaper.dialer({ dial: () => Promise.resolve(a) });
    let accepted: ByteStream | undefined;
    await shaper
      .listener({
        listen: (at, onStream) => {
          onStream(b);
          return Promise.resolve({ local: at, close: () => Promise.resolve() });
        },
      })
      .listen({ ip: '10.0.0.2', port: 2 }, (stream) => (accepted = stream));
    const dialled = await dialer.dial(b.local, { timeoutMs: 1 });
    for (const stream of [dialled, accepted]) {
      stream?.write(new Uint8Array(100_000));
      expect(stream?.queued).toBeGreaterThan(50_000);
    }
    expect(dialled.remote).toEqual(a.remote);
  });
});
