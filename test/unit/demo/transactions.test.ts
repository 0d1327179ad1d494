import { expect, test } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { DEMO_WALLETS } from '../../../src-main/demo/accounts.ts';
import { signPayment } from '../../../src-main/demo/payments.ts';
import { gasOf, readTransaction } from '../../../src-main/demo/transactions.ts';

const [from, to] = DEMO_WALLETS;
const payment = (asset: 'ether' | 'token') =>
  signPayment({ from: from!, to: to!, nonce: 3n, amount: 256n, asset });

test.each(['ether', 'token'] as const)(
  'a payment of %s is read as it was signed, with its sender',
  (asset) => {
    const signed = payment(asset);
    expect(readTransaction(signed.encoded)).toEqual(signed);
  },
);

test('a payment of tokens needs gas for its data and the run of the token', () => {
  expect(gasOf(payment('ether'))).toBe(21_000n);
  const { data } = payment('token');
  const zeros = data.filter((byte) => byte === 0).length;
  expect(gasOf(payment('token'))).toBe(21_000n + BigInt(4 * zeros + 16 * (64 - zeros)) + 1_785n);
});

test('what is no transaction of the demo is not read', () => {
  const { encoded } = payment('ether');
  const changed = encoded.slice();
  // Within the signature: another sender, or none.
  changed[encoded.length - 40] = (changed[encoded.length - 40] ?? 0) ^ 0xff;
  expect(readTransaction(changed)?.sender).not.toEqual(from!.address);
  for (const wrong of [
    new Uint8Array(0),
    encoded.subarray(1),
    encoded.subarray(0, 50),
    concatBytes(Uint8Array.of(2), encodeRlp([1, 2, 3])),
    concatBytes(encoded, Uint8Array.of(0)),
  ])
    expect(readTransaction(wrong)).toBeUndefined();
});
