import { setTimeout as pause } from 'node:timers/promises';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { decodePacket, encodePacket } from '../../../src-main/discovery/v4/packet.ts';
import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import type { PumpSession, ScaleContestant, ScaleMeasured, TableCandidate } from './figures.ts';

const SESSIONS = 100;
const MESSAGE_BYTES = 4_096;
/** Together 5 MB per second: several times the traffic of a mainnet node with as many peers. */
const BUSY_INTERVAL_MS = 80;
const ACCEPTS_AT_ONCE = 32;
const PINGS_AT_ONCE = 64;
const REFILL_MS = 50;
/** Pings encoded beforehand: the cost of signing is not measured. */
const PING_POOL = 512;
const CANDIDATES = 100_000;
/** Resolution of the delay histogram, milliseconds; every reading includes it. */
const RESOLUTION_MS = 1;

/** Measures an implementation. Each figure except the table's takes `seconds`. */
export async function measureScale(contestant: ScaleContestant, seconds: number): Promise<ScaleMeasured> {
  const sessions: PumpSession[] = [];
  while (sessions.length < SESSIONS) sessions.push(await contestant.session());
  const figures = {
    accepts: await accepts(contestant, seconds),
    ...(await busy(sessions, 2 * seconds)),
    ...(await flatOut(sessions, 2 * seconds)),
    'discv4 served': await pings(contestant.discoveryPort, seconds),
    ...tableFigures(contestant),
  };
  for (const session of sessions) session.close();
  return figures;
}

async function accepts(contestant: ScaleContestant, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      (await contestant.accept())();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: ACCEPTS_AT_ONCE }, lane));
  return (done * 1000) / (performance.now() - start);
}

/** Every session sends a message each BUSY_INTERVAL_MS; the start times are spread over the interval. */
async function busy(
  sessions: readonly PumpSession[],
  seconds: number,
): Promise<Pick<ScaleMeasured, 'busy delay p50' | 'busy delay p99' | 'busy throughput'>> {
  const payload = systemRandom.bytes(MESSAGE_BYTES);
  const arrivals = (): number => sessions.reduce((sum, session) => sum + session.arrived(), 0);
  const before = arrivals();
  let sent = 0;
  const gauge = gaugeDelay();
  const start = performance.now();
  const timers: NodeJS.Timeout[] = [];
  for (const [index, session] of sessions.entries()) {
    const begin = (): void => {
      const send = (): void => {
        session.send(payload);
        sent += 1;
      };
      timers.push(setInterval(send, BUSY_INTERVAL_MS));
    };
    timers.push(setTimeout(begin, (index * BUSY_INTERVAL_MS) / sessions.length));
  }
  await pause(seconds * 1000);
  const delay = gauge();
  for (const timer of timers) clearInterval(timer);
  const arrived = arrivals() - before;
  const elapsed = performance.now() - start;
  // Late messages must not count for the next figure.
  while (arrivals() - before < sent) await pause(BUSY_INTERVAL_MS);
  return {
    'busy delay p50': delay.p50,
    'busy delay p99': delay.p99,
    'busy throughput': (arrived * MESSAGE_BYTES) / 1e3 / elapsed,
  };
}

async function flatOut(
  sessions: readonly PumpSession[],
  seconds: number,
): Promise<Pick<ScaleMeasured, 'flat out' | 'flat out delay p99'>> {
  const payload = systemRandom.bytes(MESSAGE_BYTES);
  const gauge = gaugeDelay();
  const start = performance.now();
  const counts = await Promise.all(sessions.map((session) => session.pump(payload, start + seconds * 1000)));
  const elapsed = performance.now() - start;
  const messages = counts.reduce((sum, count) => sum + count, 0);
  return { 'flat out': (messages * MESSAGE_BYTES) / 1e3 / elapsed, 'flat out delay p99': gauge().p99 };
}

/** Measures the delay of the event loop until the returned function is called, which returns it in milliseconds. */
function gaugeDelay(): () => { readonly p50: number; readonly p99: number } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const start = performance.now();
  return () => {
    histogram.disable();
    const elapsed = performance.now() - start;
    // An event loop that was blocked for the whole time has left no sample.
    const late = (percentile: number): number =>
      histogram.count === 0 ? elapsed : Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS);
    return { p50: late(50), p99: late(99) };
  };
}

/** Keeps a number of pings in transit from one socket and counts the Pongs; it answers pings for the endpoint proof. */
async function pings(port: number, seconds: number): Promise<number> {
  const key = generatePrivateKey(systemRandom);
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const own = { ip: '127.0.0.1', udp: socket.address().port, tcp: 0 };
  const expiration = Math.floor(Date.now() / 1000) + 3_600;
  const pool = Array.from(
    { length: PING_POOL },
    (_, index) =>
      encodePacket(
        {
          type: 'ping',
          version: 4,
          from: own,
          to: { ip: '127.0.0.1', udp: port, tcp: 0 },
          expiration: expiration + index,
          enrSeq: 1n,
        },
        key,
      ).datagram,
  );
  let next = 0;
  const ask = (): void => {
    socket.send(pool[next++ % PING_POOL] ?? new Uint8Array(), port, '127.0.0.1');
  };
  let pongs = 0;
  let end = Infinity;
  let refill: NodeJS.Timeout | undefined;
  const start = performance.now();
  await new Promise<void>((resolve) => {
    socket.on('message', (datagram) => {
      if (datagram[PACKET_TYPE_OFFSET] === PING_TYPE) {
        const { hash } = decodePacket(new Uint8Array(datagram));
        const pong = encodePacket(
          {
            type: 'pong',
            to: { ip: '127.0.0.1', udp: port, tcp: 0 },
            pingHash: hash,
            expiration,
            enrSeq: 1n,
          },
          key,
        );
        socket.send(pong.datagram, port, '127.0.0.1');
        return;
      }
      if (datagram[PACKET_TYPE_OFFSET] !== PONG_TYPE) return;
      pongs += 1;
      if (performance.now() >= end) resolve();
      else ask();
    });
    end = start + seconds * 1000;
    // Datagrams may be lost, so the number in transit is restored periodically.
    refill = setInterval(() => {
      if (performance.now() >= end) resolve();
      else ask();
    }, REFILL_MS);
    for (let index = 0; index < PINGS_AT_ONCE; index += 1) ask();
  });
  const elapsed = performance.now() - start;
  clearInterval(refill);
  socket.close();
  return (pongs * 1000) / elapsed;
}

/** Offset of the packet type: after 32 bytes of hash and 65 of signature (discv4, packet encoding). */
const PACKET_TYPE_OFFSET = 97;
const PING_TYPE = 1;
const PONG_TYPE = 2;

let candidates: readonly TableCandidate[] | undefined;

/** Random IDs, each with a different public address. */
function allCandidates(): readonly TableCandidate[] {
  candidates ??= Array.from({ length: CANDIDATES }, (_, index) => ({
    publicKey: systemRandom.bytes(64),
    ip: `${String(20 + (index >> 16))}.${String((index >> 8) & 255)}.${String(index & 255)}.1`,
  }));
  return candidates;
}

function tableFigures(contestant: ScaleContestant): Pick<ScaleMeasured, 'table add' | 'table closest'> {
  const table = contestant.table(allCandidates());
  let start = performance.now();
  table.addAll();
  const added = (CANDIDATES * 1000) / (performance.now() - start);
  const targets = Array.from({ length: 64 }, () => systemRandom.bytes(64));
  let calls = 0;
  let found = 0;
  start = performance.now();
  while (performance.now() - start < 300) {
    found += table.closest(targets[calls++ % targets.length] ?? new Uint8Array(64));
  }
  if (found === 0) throw new Error('the table is empty');
  return { 'table add': added, 'table closest': (calls * 1000) / (performance.now() - start) };
}
