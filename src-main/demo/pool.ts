import { bytesToHex, equalBytes } from '../base/bytes.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { DemoChain } from './chain.ts';
import { DEMO_CHAIN } from './network.ts';
import { gasOf, readTransaction, type DemoTransaction } from './transactions.ts';

/** BOUNDED: pending transactions, our choice. */
const MAX_PENDING = 1_024;

/** The pending transactions of one client of the demo's chain. */
export class DemoPool {
  readonly #chain: DemoChain;
  /** By hash. BOUNDED: MAX_PENDING. */
  readonly #pending = new Map<string, DemoTransaction>();
  /** BOUNDED: the connections of the client. */
  readonly #listeners = new Set<(transaction: DemoTransaction) => void>();

  constructor(chain: DemoChain) {
    this.#chain = chain;
    chain.onBlock(() => {
      this.#dropIncluded();
    });
  }

  /** Adds an encoded transaction. @returns why it is refused, in the words of geth (core/txpool/errors.go); undefined if it is not */
  submit(encoded: Uint8Array): string | undefined {
    const transaction = readTransaction(encoded);
    if (transaction === undefined) return 'transaction type not supported';
    const refusal = this.#refusalOf(transaction);
    if (refusal !== undefined) return refusal;
    this.#pending.set(bytesToHex(transaction.hash), transaction);
    for (const listener of [...this.#listeners]) listener(transaction);
    return undefined;
  }

  /** The pending transaction with this hash. */
  get(hash: Uint8Array): DemoTransaction | undefined {
    return this.#pending.get(bytesToHex(hash));
  }

  /** The nonce of the next transaction of an account, after its pending ones. */
  nextNonce(address: Uint8Array): bigint {
    let { nonce } = this.#chain.state.account(address);
    while (this.#withNonce(address, nonce) !== undefined) nonce += 1n;
    return nonce;
  }

  /** All pending transactions, those of an account in their order. */
  list(): readonly DemoTransaction[] {
    return [...this.#pending.values()].sort((a, b) => (a.nonce < b.nonce ? -1 : a.nonce > b.nonce ? 1 : 0));
  }

  /** Calls `listener` with each new transaction. */
  onPending(listener: (transaction: DemoTransaction) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #refusalOf(transaction: DemoTransaction): string | undefined {
    const { chainId, sender, nonce, gasLimit, maxFee, maxPriorityFee, value, hash } = transaction;
    const { state, head } = this.#chain;
    const account = state.account(sender);
    if (chainId !== DEMO_CHAIN.chainId) return 'invalid chain id for signer';
    if (this.#pending.has(bytesToHex(hash))) return 'already known';
    if (gasLimit < gasOf(transaction)) return 'intrinsic gas too low';
    if (gasLimit > head.header.gasLimit) return 'exceeds block gas limit';
    if (maxPriorityFee > maxFee) return 'max priority fee per gas higher than max fee per gas';
    if (nonce < account.nonce)
      return `nonce too low: next nonce ${String(account.nonce)}, tx nonce ${String(nonce)}`;
    if (account.balance < value + gasLimit * maxFee) return 'insufficient funds for gas * price + value';
    if (this.#withNonce(sender, nonce) !== undefined) return 'replacement transaction underpriced';
    return this.#pending.size >= MAX_PENDING ? 'txpool is full' : undefined;
  }

  #withNonce(address: Uint8Array, nonce: bigint): DemoTransaction | undefined {
    for (const each of this.#pending.values()) {
      if (each.nonce === nonce && equalBytes(each.sender, address)) return each;
    }
    return undefined;
  }

  #dropIncluded(): void {
    for (const [key, { sender, nonce }] of this.#pending) {
      if (nonce < this.#chain.state.account(sender).nonce) this.#pending.delete(key);
    }
  }
}
