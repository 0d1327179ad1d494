import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../../src-main/sentry/verdicts.ts';

describe('the verdict of a client', () => {
  test.each([
    'already known', // geth, Erigon
    'already imported', // reth
    'Known transaction', // Besu
    'AlreadyKnown', // Nethermind
  ])('is known: %s', (reason) => {
    expect(verdictOf(reason)).toEqual({ kind: 'known' });
  });

  test.each([
    // geth core/txpool/errors.go, core/error.go
    'invalid sender',
    'rlp: expected input list for types.LegacyTx',
    'typed transaction too short',
    'transaction type not supported',
    'nonce too low: next nonce 5, tx nonce 3',
    'insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1',
    'intrinsic gas too low: gas 20000, minimum needed 21000',
    'exceeds block gas limit',
    'oversized data: transaction size 140000, limit 131072',
    'max initcode size exceeded: code size 60000, limit 49152',
    'negative value',
    'max priority fee per gas higher than max fee per gas',
    'sender not an eoa: address 0x1, codehash: 0x2',
    'invalid chain id for signer: have 1 want 2',
    'missing sidecar in blob transaction',
    'too many blobs in transaction: have 10, permitted 6',
    'invalid blob proof',
    // reth
    'failed to decode signed transaction',
    'invalid transaction signature',
    'nonce too low',
    // Besu
    'UPFRONT_COST_EXCEEDS_BALANCE',
    'WRONG_CHAIN_ID',
    'Nonce too low',
    'Intrinsic gas exceeds gas limit',
    // Nethermind
    'OldNonce, Current nonce: 5, nonce of rejected tx: 3.',
    'InsufficientFunds, Account balance: 0',
    'FailedToResolveSender',
  ])('is invalid: %s', (reason) => {
    expect(verdictOf(reason)).toEqual({ kind: 'invalid', reason });
  });

  test.each([
    'transaction underpriced: gas tip cap 0, minimum needed 1',
    'replacement transaction underpriced',
    'txpool is full',
    'nonce too high',
    'account limit exceeded',
    'only replay-protected (EIP-155) transactions allowed over RPC',
    'in-flight transaction limit reached for delegated accounts',
    'TRANSACTION_POOL_FULL',
    'FeeTooLow, MaxFeePerGas too low',
    'something that no client says today',
    '',
  ])('is refused, so that another pool might take it: %s', (reason) => {
    expect(verdictOf(reason)).toEqual({ kind: 'refused', reason });
  });
});
