import { expect, test } from 'vitest';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { DemoChain } from '../../../src-main/demo/chain.ts';
import { DemoPool } from '../../../src-main/demo/pool.ts';
import type { DemoTransaction } from '../../../src-main/demo/transactions.ts';
import { startPayments } from '../../../src-main/demo/wallets.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

test('wallets pay each other, blocks include the payments, and some are stale', async () => {
  const clock = new VirtualClock();
  const scope = new Scope(clock);
  const chain = new DemoChain();
  const pool = new DemoPool(chain);
  const sent: DemoTransaction[] = [];
  chain.grow(clock, scope, () => pool.list());
  const start = chain.head.header.number;
  const send = (payment: DemoTransaction) => sent.push(payment);
  startPayments({ chain, pool, random: new SeededRandom(1), scope, send });
  await clock.advance(120_000);
  scope.close();
  let included = 0;
  for (let number = start + 1n; number <= chain.head.header.number; number++)
    included += chain.at(number)?.receipts.length ?? 0;
  const stale = sent.length - included - pool.list().length;
  expect(sent.length).toBeGreaterThan(80);
  expect(stale).toBeGreaterThan(2);
  expect(stale).toBeLessThan(sent.length / 4);
  expect(clock.pendingTimers).toBe(0);
});

test('a wallet has few pending payments where no block is made', async () => {
  const clock = new VirtualClock();
  const scope = new Scope(clock);
  const chain = new DemoChain();
  const pool = new DemoPool(chain);
  startPayments({ chain, pool, random: new SeededRandom(1), scope, send: () => undefined });
  await clock.advance(600_000);
  scope.close();
  expect(pool.list()).toHaveLength(6 * 16);
});
