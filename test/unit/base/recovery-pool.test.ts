import { beforeEach, describe, expect, it } from 'vitest';
import { encodeJobs, readResult, recoverJobs } from '../../../src-main/base/recovery-batch.ts';
import { RecoveryPool, type Recovery } from '../../../src-main/base/recovery-pool.ts';
import type { RecoveryThreadListener } from '../../../src-main/base/recovery-thread.ts';
import { generatePrivateKey, publicKeyOf, sign } from '../../../src-main/base/secp256k1.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { TurningClock } from '../../support/turning-clock.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const random = new SeededRandom(61);
const key = generatePrivateKey(random);
const hash = random.bytes(32);
const signed = { hash, signature: sign(hash, key) };
const invalid = { hash, signature: new Uint8Array(65) };

describe('a batch of signatures', () => {
  it('has the key of each, and none for one that recovers none', () => {
    const results = recoverJobs(encodeJobs([signed, invalid, signed]));
    expect([0, 1, 2].map((index) => readResult(results, index))).toEqual([
      publicKeyOf(key),
      undefined,
      publicKeyOf(key),
    ]);
  });
});

/** A thread that answers on request. */
class FakeThread {
  readonly batches: Uint8Array[] = [];
  isStopped = false;
  readonly listener: RecoveryThreadListener;

  constructor(listener: RecoveryThreadListener) {
    this.listener = listener;
  }

  post(batch: Uint8Array): void {
    this.batches.push(batch);
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }

  answer(): void {
    for (const batch of this.batches.splice(0)) this.listener.onResults(recoverJobs(batch));
  }
}

let clock: VirtualClock;
let threads: FakeThread[];
let log: ReturnType<typeof recordedLog>;
let pool: RecoveryPool;
let told: number;

const open = (listener: RecoveryThreadListener): FakeThread => {
  const thread = new FakeThread(listener);
  threads.push(thread);
  return thread;
};

const poolOf = (processors: number): RecoveryPool => {
  const created = new RecoveryPool({ clock, logger: log.logger, open, processors });
  created.onRecovered(() => (told += 1));
  return created;
};

const take = (count: number): (Recovery | undefined)[] =>
  Array.from({ length: count }, () => pool.take(signed));

const switchOn = (): void => {
  pool.overloaded();
  for (const { listener } of threads) listener.onReady();
};

beforeEach(() => {
  clock = new VirtualClock();
  threads = [];
  log = recordedLog();
  told = 0;
  pool = poolOf(2);
});

describe('the recovery pool', () => {
  it('has no thread before the first overload, and takes jobs when all have loaded', () => {
    expect([pool.isOn, threads.length, pool.take(signed)]).toEqual([false, 0, undefined]);
    pool.overloaded();
    pool.overloaded();
    expect(threads).toHaveLength(2);
    threads[0]?.listener.onReady();
    expect([pool.isOn, pool.take(signed)]).toEqual([false, undefined]);
    threads[1]?.listener.onReady();
    expect(pool.isOn).toBe(true);
  });

  it('stays off with one processor, and has four threads at most', () => {
    pool = poolOf(1);
    pool.overloaded();
    expect(threads).toHaveLength(0);
    pool = poolOf(64);
    pool.overloaded();
    expect(threads).toHaveLength(4);
  });

  it('recovers the keys in batches, which the threads share', async () => {
    switchOn();
    const jobs = [...take(70), pool.take(invalid)];
    await clock.advance(0);
    expect(threads.map(({ batches }) => batches.length).sort()).toEqual([1, 2]);
    expect(jobs.every((job) => job?.result === 'pending')).toBe(true);
    for (const thread of threads) thread.answer();
    expect(told).toBe(3);
    expect(jobs.pop()?.result).toBe('invalid');
    expect(jobs.map((job) => job?.result)).toEqual(Array(70).fill(publicKeyOf(key)));
  });

  it('takes no more jobs than its bound', async () => {
    switchOn();
    expect(take(1_100).filter((job) => job !== undefined)).toHaveLength(1_024);
    await clock.advance(0);
    for (const thread of threads) thread.answer();
    expect(pool.take(signed)).toBeDefined();
  });

  it('stops its threads when there are few jobs, and starts them with the next overload', async () => {
    switchOn();
    for (let second = 0; second < 10; second += 1) {
      take(400);
      await clock.advance(900);
      for (const thread of threads) thread.answer();
      await clock.advance(100);
    }
    expect(pool.isOn).toBe(true);
    await clock.advance(10_000);
    expect([pool.isOn, threads.every(({ isStopped }) => isStopped), clock.pendingTimers]).toEqual([
      false,
      true,
      0,
    ]);
    threads = [];
    switchOn();
    expect(pool.isOn).toBe(true);
  });

  it.each(['fails', 'does not answer'])(
    'gives its jobs back when a thread %s, and stays off',
    async (how) => {
      switchOn();
      const jobs = take(3);
      await clock.advance(0);
      if (how === 'fails') threads[1]?.listener.onFailure('out of memory');
      else await clock.advance(2_100);
      expect(jobs.map((job) => job?.result)).toEqual(['undone', 'undone', 'undone']);
      expect([told, pool.isOn, threads.every(({ isStopped }) => isStopped)]).toEqual([1, false, true]);
      expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
      pool.overloaded();
      expect([threads.length, pool.take(signed)]).toEqual([2, undefined]);
    },
  );

  it('finds a thread that does not answer while another one does', async () => {
    switchOn();
    const [, lost] = [take(32), take(32)];
    const [busy, silent] = threads;
    expect(silent?.batches).toHaveLength(1);
    for (let round = 0; round < 30; round += 1) {
      busy?.answer();
      take(64);
      await clock.advance(100);
    }
    expect([lost[0]?.result, pool.isOn]).toEqual(['undone', false]);
  });

  it.each([true, false])(
    'reads what its threads said in a long turn before it gives up: %s',
    async (hasAnswered) => {
      const turning = new TurningClock();
      clock = turning;
      pool = poolOf(2);
      switchOn();
      const jobs = take(3);
      await turning.turn();
      await turning.advance(2_000);
      expect(pool.isOn).toBe(true);
      if (hasAnswered) for (const thread of threads) thread.answer();
      await turning.turn();
      const result = hasAnswered ? publicKeyOf(key) : 'undone';
      expect([pool.isOn, jobs.map((job) => job?.result)]).toEqual([hasAnswered, [result, result, result]]);
      await turning.advance(5_000);
      expect(pool.isOn).toBe(hasAnswered);
    },
  );

  it('stays off when no thread can be opened', () => {
    pool = new RecoveryPool({
      clock,
      logger: log.logger,
      processors: 2,
      open: () => {
        throw new Error('no threads');
      },
    });
    pool.overloaded();
    expect([pool.isOn, clock.pendingTimers]).toEqual([false, 0]);
  });

  it('leaves no thread, timer or open job after `stop`', async () => {
    switchOn();
    const jobs = take(40);
    await pool.stop();
    expect(jobs.every((job) => job?.result === 'undone')).toBe(true);
    await clock.advance(0);
    expect([threads.every(({ isStopped }) => isStopped), clock.pendingTimers]).toEqual([true, 0]);
  });
});
