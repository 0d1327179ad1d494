import { describe, expect, test } from 'vitest';
import { RpcBudget, type BudgetLimits } from '../../../src-main/sentry/rpc-budget.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LIMITS: BudgetLimits = {
  inFlight: 3,
  inFlightPerPeer: 2,
  rate: { perSecond: 1_000, burst: 1_000 },
  ratePerPeer: { perSecond: 100, burst: 100 },
  waiting: 6,
  waitingPerPeer: 3,
};

/** Requests that end when they are told to. */
function world(limits: Partial<BudgetLimits> = {}) {
  const clock = new VirtualClock();
  const budget = new RpcBudget(clock, { ...LIMITS, ...limits });
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, peer?: string, calls = 1): Promise<void> =>
    budget.run(peer === 'own' ? 'own' : { peer }, calls, () => {
      running.push(name);
      return new Promise((resolve) => {
        ends.set(name, () => {
          running.splice(running.indexOf(name), 1);
          resolve();
        });
      });
    });
  const end = async (name: string): Promise<void> => {
    await clock.settle();
    ends.get(name)?.();
    await clock.settle();
  };
  return { clock, budget, running, run, end };
}

describe('the budget', () => {
  test('runs as many requests as it allows in all and for each peer, and passes over a peer that has its share', async () => {
    const { clock, running, run, end, budget } = world();
    void run('a1', 'a');
    void run('a2', 'a');
    void run('a3', 'a');
    void run('b1', 'b');
    void run('c1', 'c');
    await clock.settle();
    expect(running).toEqual(['a1', 'a2', 'b1']);
    expect(budget.waiting).toBe(2);
    await end('b1');
    expect(running).toEqual(['a1', 'a2', 'c1']);
    await end('a1');
    expect(running).toEqual(['a2', 'c1', 'a3']);
  });

  test('refuses a request when too many wait, of one peer or of all', async () => {
    const { clock, run } = world({ inFlight: 1 });
    void run('first', 'a');
    const waiting = [run('a1', 'a'), run('a2', 'a'), run('a3', 'a')];
    await expect(run('a4', 'a')).rejects.toMatchObject({ code: 'rpc-busy' });
    waiting.push(run('b1', 'b'), run('b2', 'b'), run('b3', 'b'));
    await expect(run('c1', 'c')).rejects.toMatchObject({ code: 'rpc-busy' });
    await clock.settle();
    expect(waiting).toHaveLength(6);
  });

  test('lets a peer that used up its rate wait, and others not', async () => {
    const { clock, running, run, end } = world();
    void run('a1', 'a', 150);
    await end('a1');
    void run('a2', 'a', 1);
    void run('b1', 'b', 1);
    await clock.settle();
    expect(running).toEqual(['b1']);
    await clock.advance(400);
    expect(running).toEqual(['b1']);
    await clock.advance(200);
    expect(running).toEqual(['b1', 'a2']);
  });

  test('limits the rate of all peers together', async () => {
    const { clock, running, run, end } = world({ ratePerPeer: { perSecond: 10_000, burst: 10_000 } });
    void run('a1', 'a', 2_000);
    await end('a1');
    void run('b1', 'b');
    await clock.advance(900);
    expect(running).toEqual([]);
    await clock.advance(200);
    expect(running).toEqual(['b1']);
  });

  test('runs its own requests at once', async () => {
    const { clock, running, run } = world({ inFlight: 1 });
    void run('a1', 'a');
    void run('own1', 'own');
    await clock.settle();
    expect(running.sort()).toEqual(['a1', 'own1']);
  });

  test('frees its place after a failed request', async () => {
    const { budget } = world({ inFlight: 1 });
    const failing = (): Promise<never> => Promise.reject(new Error('away'));
    await expect(budget.run({ peer: 'a' }, 1, failing)).rejects.toThrow('away');
    await expect(budget.run({ peer: 'a' }, 1, async () => 'done')).resolves.toBe('done');
  });

  test('refuses everything after its end and leaves no timer', async () => {
    const { clock, budget, run, end } = world();
    void run('a1', 'a', 500);
    await end('a1');
    const waiting = run('a2', 'a');
    await clock.settle();
    budget.close();
    await expect(waiting).rejects.toMatchObject({ code: 'rpc-closed' });
    await expect(run('a3', 'a')).rejects.toMatchObject({ code: 'rpc-closed' });
    expect(clock.pendingTimers).toBe(0);
  });
});
