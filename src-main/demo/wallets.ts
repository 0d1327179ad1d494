import type { Scope } from '../base/lifecycle.ts';
import type { Random } from '../base/runtime.ts';
import { DEMO_WALLETS } from './accounts.ts';
import type { DemoChain } from './chain.ts';
import { signPayment } from './payments.ts';
import type { DemoPool } from './pool.ts';
import type { DemoTransaction } from './transactions.ts';

/** Pause between two payments, milliseconds: a minimum, and a random addition up to the spread. */
const MIN_PAUSE_MS = 400;
const PAUSE_SPREAD_MS = 1_000;
/** BOUNDED: pending payments of a wallet, our choice. */
const MAX_PENDING = 16n;
/** One payment of this many has a nonce that is used already, so that clients refuse it. */
const STALE_SHARE = 12;
/** Largest amount of a payment, wei. */
const MAX_AMOUNT = 2 ** 31;

/** What the wallets work with. */
export interface WalletServices {
  readonly chain: DemoChain;
  readonly pool: DemoPool;
  readonly random: Random;
  /** Ends the payments. */
  readonly scope: Scope;
  /** Gives a payment to the nodes that the wallets use. */
  readonly send: (transaction: DemoTransaction) => void;
}

/** Lets the wallets of the demo pay each other at intervals. */
export function startPayments({ chain, pool, random, scope, send }: WalletServices): void {
  const draw = (): (typeof DEMO_WALLETS)[number] | undefined =>
    DEMO_WALLETS[random.below(DEMO_WALLETS.length)];
  scope.every(
    () => MIN_PAUSE_MS + random.below(PAUSE_SPREAD_MS),
    () => {
      const [from, to] = [draw(), draw()];
      if (from === undefined || to === undefined) return;
      const { nonce: used } = chain.state.account(from.address);
      const isStale = used > 0n && random.below(STALE_SHARE) === 0;
      const nonce = isStale ? used - 1n : pool.nextNonce(from.address);
      if (nonce - used >= MAX_PENDING) return;
      const amount = BigInt(1 + random.below(MAX_AMOUNT));
      const asset = random.below(2) === 0 ? 'ether' : 'token';
      const payment = signPayment({ from, to, nonce, amount, asset });
      if (!isStale) pool.submit(payment.encoded);
      send(payment);
    },
  );
}
