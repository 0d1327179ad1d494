import { describe, expect, test } from 'vitest';
import { BYTES_PER_CALL, RpcBudget, type BudgetLimits } from '../../../src-main/sentry/rpc-budget.ts';
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
    budget.run({
      asker: peer === 'own' ? 'own' : { peer },
      calls,
      action: () => {
        running.push(name);
        return new Promise((resolve) => {
          ends.set(name, () => {
            running.splice(running.indexOf(name), 1);
            resolve();
          });
        });
      },
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

  test('runs the requests of a peer that made few calls before those of peers that made many', async () => {
    const { clock, running, run, end } = world({ inFlight: 1, waiting: 20, waitingPerPeer: 20 });
    for (const at of [1, 2, 3]) void run(`a${String(at)}`, 'a', 10);
    for (const at of [1, 2, 3]) void run(`b${String(at)}`, 'b', 10);
    await clock.settle();
    void run('c1', 'c', 10);
    const order: string[] = [];
    while (order.length < 7) {
      const [now = ''] = running;
      order.push(now);
      await end(now);
    }
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'b3']);
  });

  test('lets a peer that was quiet make the calls of its burst before others', async () => {
    const { running, run, end } = world({ inFlight: 1, waiting: 20, waitingPerPeer: 20 });
    void run('quiet', 'q', 1);
    await end('quiet');
    for (const at of [1, 2, 3, 4]) {
      void run(`a${String(at)}`, 'a', 50);
      void run(`b${String(at)}`, 'b', 50);
    }
    for (const name of ['a1', 'b1', 'a2', 'b2']) await end(name);
    for (const at of [1, 2]) void run(`q${String(at)}`, 'q', 40);
    await end('a3');
    await end('q1');
    expect(running).toEqual(['q2']);
  });

  test('runs requests that belong together one after the other, and refuses all of them when they may not wait', async () => {
    const { budget, clock, running, run, end } = world({ inFlight: 1, inFlightPerPeer: 1 });
    void run('first', 'x', 1);
    const place = budget.placeOf({ peer: 'a' }, 2, 20);
    expect(place).toBeDefined();
    const begun: string[] = [];
    const together = (name: string): Promise<void> =>
      budget.run({
        ...{ asker: { peer: 'a' }, calls: 10, place: place! },
        action: async () => {
          begun.push(name);
        },
      });
    const both = [together('a1'), together('a2')];
    void run('b1', 'b', 1);
    expect(budget.placeOf({ peer: 'a' }, 2, 20)).toBeUndefined();
    await end('first');
    await Promise.all(both);
    expect(begun).toEqual(['a1', 'a2']);
    await clock.settle();
    expect(running).toEqual(['b1']);
  });

  test('refuses a request that waits for two seconds, and forgets its calls', async () => {
    const { clock, running, run, end } = world({ inFlight: 1, waiting: 20, waitingPerPeer: 20 });
    void run('a1', 'a', 1);
    const late = run('b1', 'b', 50);
    const refused = expect(late).rejects.toMatchObject({ code: 'rpc-busy' });
    await clock.advance(2_050);
    await refused;
    void run('c1', 'c', 1);
    void run('b2', 'b', 1);
    await end('a1');
    await end('c1');
    expect(running).toEqual(['b2']);
  });

  test('counts each 16 KiB of an answer as a call', async () => {
    const { clock, budget, running, run } = world();
    const answer = { asker: { peer: 'a' }, calls: 1, action: async () => 160 * BYTES_PER_CALL };
    await budget.run({ ...answer, sizeOf: (bytes) => bytes });
    void run('a1', 'a');
    void run('b1', 'b');
    await clock.settle();
    expect(running).toEqual(['b1']);
    await clock.advance(1_000);
    expect(running).toEqual(['b1', 'a1']);
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
    await expect(budget.run({ asker: { peer: 'a' }, calls: 1, action: failing })).rejects.toThrow('away');
    await expect(budget.run({ asker: { peer: 'a' }, calls: 1, action: async () => 'done' })).resolves.toBe(
      'done',
    );
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
