import { beforeEach, describe, expect, test } from 'vitest';
import { Scope } from '../../../src-main/base/lifecycle.ts';
import { DEMO_WALLETS } from '../../../src-main/demo/accounts.ts';
import { DemoChain } from '../../../src-main/demo/chain.ts';
import { DEMO_CHAIN } from '../../../src-main/demo/network.ts';
import { signPayment, type Payment } from '../../../src-main/demo/payments.ts';
import { DemoPool } from '../../../src-main/demo/pool.ts';
import { signTransaction, type DemoTransaction } from '../../../src-main/demo/transactions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const [from, to] = DEMO_WALLETS;
let chain: DemoChain;
let pool: DemoPool;
beforeEach(() => {
  chain = new DemoChain();
  pool = new DemoPool(chain);
});

const next = (): bigint => pool.nextNonce(from!.address);
const pay = (change: Partial<Payment> = {}): DemoTransaction =>
  signPayment({ from: from!, to: to!, nonce: next(), amount: 1n, asset: 'ether', ...change });

describe('a pool', () => {
  test('keeps what it accepts, and tells of it', () => {
    const told: DemoTransaction[] = [];
    const stop = pool.onPending((each) => told.push(each));
    const payment = pay();
    expect(pool.submit(payment.encoded)).toBeUndefined();
    expect(pool.submit(payment.encoded)).toBe('already known');
    expect(pool.get(payment.hash)).toEqual(payment);
    expect(told).toEqual([payment]);
    stop();
    expect(pool.submit(pay().encoded)).toBeUndefined();
    expect(told).toHaveLength(1);
  });

  test('gives the transactions of an account in their order', () => {
    const [first, second] = [pay(), pay({ nonce: next() + 1n })];
    pool.submit(second.encoded);
    pool.submit(first.encoded);
    expect(pool.list()).toEqual([first, second]);
    expect(next()).toBe(second.nonce + 1n);
  });

  test('drops what a block includes', () => {
    const payment = pay();
    pool.submit(payment.encoded);
    const scope = new Scope(new VirtualClock());
    chain.grow(new VirtualClock(), scope, () => pool.list());
    scope.close();
    expect(chain.head.body.transactions).toHaveLength(1);
    expect(pool.list()).toEqual([]);
    expect(pool.submit(payment.encoded)).toMatch(/^nonce too low: next nonce \d+, tx nonce \d+$/);
  });

  test('refuses what no block can include, in the words of geth', () => {
    const { encoded: _encoded, hash: _hash, sender: _sender, ...fields } = pay();
    const signed = (change: Partial<typeof fields>) =>
      signTransaction({ ...fields, ...change }, from!).encoded;
    const refusal = (change: Partial<typeof fields>) => pool.submit(signed(change));
    expect(refusal({ chainId: 1n })).toBe('invalid chain id for signer');
    expect(refusal({ gasLimit: 20_999n })).toBe('intrinsic gas too low');
    expect(refusal({ gasLimit: 2n ** 40n })).toBe('exceeds block gas limit');
    expect(refusal({ maxPriorityFee: fields.maxFee + 1n })).toContain('higher than max fee per gas');
    expect(refusal({ value: 2n ** 200n })).toBe('insufficient funds for gas * price + value');
    expect(pool.submit(Uint8Array.of(0xc0))).toBe('transaction type not supported');
    expect(refusal({})).toBeUndefined();
    expect(refusal({ value: 2n })).toBe('replacement transaction underpriced');
    expect(DEMO_CHAIN.chainId).toBe(fields.chainId);
  });
});
