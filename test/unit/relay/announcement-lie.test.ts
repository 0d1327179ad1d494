import { describe, expect, it } from 'vitest';
import { endSentence } from '../../../shared/causes/sentences.ts';
import { announcementLie } from '../../../src-main/relay/announcement-lie.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { announcementOf } from '../../support/gossip-puppet.ts';
import { blobTransaction, dynamicFeeTransaction } from '../../support/transactions.ts';

const plain = dynamicFeeTransaction(1);
const { pooled } = blobTransaction(1);

describe('an announcement', () => {
  it.each([-8, 0, 8])('whose size differs by %i is true', (by) => {
    const announced = { ...announcementOf(plain), size: plain.length + by };
    expect(announcementLie(announced, readRelayed(plain), false)).toBeUndefined();
  });

  it.each([-9, 9])('whose size differs by %i is a lie', (by) => {
    const announced = { ...announcementOf(plain), size: plain.length + by };
    expect(announcementLie(announced, readRelayed(plain), false)?.refusal).toBe('announced-size-differs');
  });

  it('of another type is a lie, from whomever the transaction came', () => {
    const announced = { ...announcementOf(pooled), type: 2 };
    const lie = announcementLie(announced, readRelayed(pooled), false)!;
    expect(lie.refusal).toBe('announced-type-differs');
    const end = { code: 'false-announcement', params: lie.facts, by: 'local', stage: 'running' } as const;
    expect(endSentence(end)).toBe('The peer announced a transaction of type 2; the transaction has type 3');
  });

  it('of a blob transaction is held to the size of its own sidecar only', () => {
    const announced = { ...announcementOf(pooled), size: pooled.length + 100 };
    expect(announcementLie(announced, readRelayed(pooled), false)).toBeUndefined();
    expect(announcementLie(announced, readRelayed(pooled), true)?.refusal).toBe('announced-size-differs');
  });
});
