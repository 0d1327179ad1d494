import { setTimeout as pause } from 'node:timers/promises';
import { FLOODS, type Flood, type FloodOutcome } from './figures.ts';
import { BenchPeer } from './peer.ts';
import type { FloodSender } from './sender.ts';
import type { FloodTarget } from './target.ts';

/** Interval of the bonded peer's pings, milliseconds. */
const PING_EVERY_MS = 100;

/** Pause before and after a flood for endpoint proofs and late answers, milliseconds. */
const REST_MS = 1_500;

/** Floods a target with every kind of flood, each for `seconds`. */
export async function measureFloods(
  target: FloodTarget,
  sender: FloodSender,
  seconds: number,
): Promise<Record<Flood['name'], FloodOutcome>> {
  const peer = await BenchPeer.open('127.0.50.1');
  peer.ping(target.address);
  await pause(REST_MS);
  if (peer.take().answered === 0) throw new Error('the target does not answer a peer at rest');
  const outcomes: Partial<Record<Flood['name'], FloodOutcome>> = {};
  for (const flood of FLOODS) {
    outcomes[flood.name] = await measureFlood(flood, target, sender, peer, seconds);
    await pause(REST_MS);
  }
  await peer.close();
  return outcomes as Record<Flood['name'], FloodOutcome>;
}

async function measureFlood(
  flood: Flood,
  target: FloodTarget,
  sender: FloodSender,
  peer: BenchPeer,
  seconds: number,
): Promise<FloodOutcome> {
  const questions = await target.questions();
  const cpu = target.cpuSeconds();
  const begun = performance.now();
  const state = { isOver: false };
  const pings = (async () => {
    while (!state.isOver) {
      peer.ping(target.address);
      await pause(PING_EVERY_MS);
    }
  })();
  const lookups = (async () => {
    while (!state.isOver && flood.name === 'self-expected host') {
      await target.lookUp();
      await pause(PING_EVERY_MS);
    }
  })();
  const sent = await sender.run(flood, target.address, seconds);
  state.isOver = true;
  const elapsed = (performance.now() - begun) / 1000;
  const cores = (target.cpuSeconds() - cpu) / elapsed;
  await Promise.all([pings, lookups]);
  await pause(REST_MS);
  const { asked, answered } = peer.take();
  const after = await target.questions();
  const failedQuestions =
    questions === undefined || after === undefined
      ? Number.NaN
      : 1 - (after.answered - questions.answered) / (after.asked - questions.asked);
  return {
    answered: answered / asked,
    strangers: sender.takePongs() / sent,
    failedQuestions,
    cores,
    sentPerSecond: sent / elapsed,
  };
}
