import { DEMO_WALLETS, type DemoWallet } from './accounts.ts';
import { signPayment } from './payments.ts';
import type { DemoState } from './state.ts';
import type { DemoTransaction } from './transactions.ts';

/** Most transactions of a block of the history. */
const MOST = 2;

/** The transactions of a block of the history: none, one or two, of ether and of tokens in turn. */
export function historyTransactions(number: number, state: DemoState): readonly DemoTransaction[] {
  return Array.from({ length: number % (MOST + 1) }, (_, at) => {
    const from = walletAt(number + at);
    const { nonce } = state.account(from.address);
    const asset = (number + at) % 2 === 0 ? 'token' : 'ether';
    return signPayment({
      from,
      to: walletAt(number + at + 1),
      nonce,
      amount: BigInt(number) * 10n ** 15n,
      asset,
    });
  });
}

function walletAt(index: number): DemoWallet {
  const wallet = DEMO_WALLETS[index % DEMO_WALLETS.length];
  if (wallet === undefined) throw new TypeError('The demo has wallets');
  return wallet;
}
