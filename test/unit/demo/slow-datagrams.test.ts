import { expect, it } from 'vitest';
import { SlowDatagrams } from '../../../src-main/demo/slow-datagrams.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LATENCY_MS = 80;
const NEAR = { ip: '127.0.0.1', port: 1 };
const FAR = { ip: '127.0.0.2', port: 2 };

/** Two bound sockets, of which the far one is slow, and the times at which each has received a datagram. */
async function bound() {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyMs: 0 });
  const near = await network.host(NEAR.ip).datagrams.bind(NEAR);
  const slow = await new SlowDatagrams(network.host(FAR.ip).datagrams, clock, LATENCY_MS).bind(FAR);
  const received: { readonly near: number[]; readonly far: number[] } = { near: [], far: [] };
  near.onDatagram(() => received.near.push(clock.monotonic()));
  const unsubscribe = slow.onDatagram(() => received.far.push(clock.monotonic()));
  return { clock, near, slow, received, unsubscribe };
}

it('received datagrams are late by the latency; sent ones are not late', async () => {
  const { clock, near, slow, received } = await bound();
  expect(slow.local).toEqual(FAR);
  near.send(Uint8Array.of(1), FAR);
  slow.send(Uint8Array.of(2), NEAR);
  await clock.advance(79);
  expect(received).toEqual({ near: [0], far: [] });
  await clock.advance(1);
  expect(received.far).toEqual([LATENCY_MS]);
});

it('a closed socket receives nothing more and leaves no timer', async () => {
  const { clock, near, slow, received } = await bound();
  near.send(Uint8Array.of(1), FAR);
  await clock.advance(10);
  await slow.close();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(200);
  expect(received.far).toEqual([]);
});

it('a listener that has left receives nothing more', async () => {
  const { clock, near, received, unsubscribe } = await bound();
  near.send(Uint8Array.of(1), FAR);
  await clock.advance(10);
  unsubscribe();
  await clock.advance(200);
  expect(received.far).toEqual([]);
});

it('at most 256 datagrams are on their way to a socket; further ones are lost', async () => {
  const { clock, near, received } = await bound();
  for (let sent = 0; sent < 300; sent++) near.send(Uint8Array.of(1), FAR);
  await clock.advance(LATENCY_MS);
  expect(received.far).toHaveLength(256);
  near.send(Uint8Array.of(1), FAR);
  await clock.advance(LATENCY_MS);
  expect(received.far).toHaveLength(257);
});
