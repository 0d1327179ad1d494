/** The transactions that the wallets of the demo sign: ether and tokens for each other. */
import { bigintToBytes, concatBytes, EMPTY_BYTES } from '../base/bytes.ts';
import { TOKEN_ADDRESS, type DemoWallet } from './accounts.ts';
import { wordOf } from './blocks.ts';
import { DEMO_CHAIN } from './network.ts';
import { gasOf, signTransaction, type DemoTransaction } from './transactions.ts';

const GWEI = 10n ** 9n;
/** Fees of all payments, wei per gas. */
const FEES = { maxPriorityFee: GWEI, maxFee: 10n * GWEI } as const;

/** A payment of a wallet. */
export interface Payment {
  readonly from: DemoWallet;
  readonly to: DemoWallet;
  readonly nonce: bigint;
  /** Wei, or the smallest unit of the token. */
  readonly amount: bigint;
  readonly asset: 'ether' | 'token';
}

/** Signs a payment. */
export function signPayment({ from, to, nonce, amount, asset }: Payment): DemoTransaction {
  const content =
    asset === 'ether'
      ? { to: to.address, value: amount, data: EMPTY_BYTES }
      : {
          to: TOKEN_ADDRESS,
          value: 0n,
          data: concatBytes(wordOf(to.address), bigintToBytes(amount, 32)),
        };
  const { chainId } = DEMO_CHAIN;
  return signTransaction({ chainId, nonce, ...FEES, gasLimit: gasOf(content), ...content }, from);
}
