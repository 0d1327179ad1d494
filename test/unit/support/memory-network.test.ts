import { describe, expect, it } from 'vitest';
import type { NetworkError } from '../../../src-main/base/errors.ts';
import type { ByteStream, SocketAddress } from '../../../src-main/base/network.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

async function code(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  return (error as NetworkError).code;
}

async function connected(latencyMs = 20) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyMs });
  const [a, b] = [network.host('10.0.0.1'), network.host('10.0.0.2')];
  const accepted: ByteStream[] = [];
  const server = await b.listener.listen({ ip: '0.0.0.0', port: 30303 }, (stream) => accepted.push(stream));
  const ours = await clock.runUntil(a.dialer.dial({ ip: '10.0.0.2', port: 30303 }, { timeoutMs: 1000 }));
  return { clock, network, a, b, server, ours, theirs: accepted[0]! };
}

const closed = (stream: ByteStream): Promise<Error | undefined> =>
  new Promise((resolve) => stream.onClose(resolve));

describe('Datagrams in memory', () => {
  it('arrive after the latency, from where they were sent', async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyMs: 20 });
    const a = await network.host('10.0.0.1').datagrams.bind({ ip: '0.0.0.0', port: 1 });
    const b = await network.host('10.0.0.2').datagrams.bind({ ip: '10.0.0.2', port: 2 });
    const arrivals: [number, Uint8Array, SocketAddress][] = [];
    b.onDatagram((datagram, from) => arrivals.push([clock.monotonic(), datagram, from]));
    const sent = Uint8Array.of(1);
    a.send(sent, b.local);
    sent[0] = 9;
    await clock.advance(19);
    expect(arrivals).toEqual([]);
    await clock.advance(1);
    expect(arrivals).toEqual([[20, Uint8Array.of(1), { ip: '10.0.0.1', port: 1 }]]);
    await Promise.all([a.close(), b.close()]);
    expect(network.open).toBe(0);
  });

  it('are lost in their share, and held up by partitions', async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { loss: 0.3 });
    const a = await network.host('10.0.0.1').datagrams.bind({ ip: '10.0.0.1', port: 1 });
    const b = await network.host('10.0.0.2').datagrams.bind({ ip: '10.0.0.2', port: 2 });
    let arrived = 0;
    b.onDatagram(() => arrived++);
    for (let count = 0; count < 1000; count++) a.send(Uint8Array.of(1), b.local);
    await clock.advance(0);
    expect(Math.abs(arrived - 700)).toBeLessThan(60);
    network.passes = () => false;
    const before = arrived;
    a.send(Uint8Array.of(1), b.local);
    await clock.advance(0);
    expect(arrived).toBe(before);
  });

  it('have addresses of their own machine only, once each', async () => {
    const network = new MemoryNetwork(new VirtualClock());
    const host = network.host('10.0.0.1');
    expect(await code(host.datagrams.bind({ ip: '10.0.0.9', port: 1 }))).toBe('address-not-available');
    expect(await code(host.datagrams.bind({ ip: '::', port: 1 }))).toBe('address-not-available');
    await host.datagrams.bind({ ip: '10.0.0.1', port: 1 });
    expect(await code(host.datagrams.bind({ ip: '0.0.0.0', port: 1 }))).toBe('address-in-use');
  });
});

describe('Streams in memory', () => {
  it('carry bytes in order and end on both sides', async () => {
    const { clock, ours, theirs } = await connected();
    expect(clock.monotonic()).toBe(40);
    const chunks: number[] = [];
    theirs.onData((chunk) => chunks.push(...chunk));
    ours.onData(() => undefined);
    for (let value = 0; value < 5; value++) ours.write(Uint8Array.of(value));
    ours.end();
    const ends = Promise.all([closed(ours), closed(theirs)]);
    expect(await clock.runUntil(ends)).toEqual([undefined, undefined]);
    expect(chunks).toEqual([0, 1, 2, 3, 4]);
    // What is still on its way when both ends have closed.
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });

  it('hold the writer back while the reader pauses', async () => {
    const { clock, ours, theirs } = await connected();
    let taken = 0;
    theirs.onData((chunk) => (taken += chunk.length));
    theirs.pause();
    expect(ours.write(new Uint8Array(100_000))).toBe(false);
    let drained = false;
    void ours.drained().then(() => (drained = true));
    await clock.advance(1000);
    expect([taken, drained, ours.queued]).toEqual([0, false, 100_000]);
    theirs.resume();
    await clock.advance(0);
    expect([taken, drained, ours.queued]).toEqual([100_000, true, 0]);
  });

  it('break off with a reset', async () => {
    const { clock, ours, theirs } = await connected();
    const reason = new Error('enough');
    const ends = Promise.all([closed(ours), closed(theirs)]);
    ours.destroy(reason);
    const [mine, other] = await clock.runUntil(ends);
    expect(mine).toBe(reason);
    expect((other as NetworkError).code).toBe('connection-reset');
  });

  it('are refused, time out and are called off as real ones', async () => {
    const { clock, network, a, server } = await connected();
    const to = { ip: '10.0.0.2', port: 30303 };
    await server.close();
    const dial = (signal?: AbortSignal): Promise<string> =>
      clock.runUntil(code(a.dialer.dial(to, { timeoutMs: 1000, ...(signal && { signal }) })));
    expect(await dial()).toBe('connection-refused');
    network.passes = () => false;
    const before = clock.monotonic();
    expect(await dial()).toBe('timed-out');
    expect(clock.monotonic() - before).toBe(1000);
    expect(await dial(AbortSignal.abort())).toBe('aborted');
    expect(await code(a.dialer.dial({ ip: '::1', port: 1 }, { timeoutMs: 1 }))).toBe('unreachable');
    expect(clock.pendingTimers).toBe(0);
  });
});
