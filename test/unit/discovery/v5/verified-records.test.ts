import { describe, expect, it } from 'vitest';
import { VerifiedRecords } from '../../../../src-main/discovery/v5/verified-records.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { RecordedNode } from '../../../support/v5-transport.ts';

describe('records that were verified', () => {
  const { record } = new RecordedNode(new SeededRandom(1), '81.0.0.1');

  it('are not verified again', () => {
    const records = new VerifiedRecords();
    const first = records.decode(record.encoded);
    expect(first.encoded).toEqual(record.encoded);
    expect(records.decode(record.encoded.slice())).toBe(first);
  });

  it('vouch for no other bytes', () => {
    const records = new VerifiedRecords();
    records.decode(record.encoded);
    for (let place = 0; place < record.encoded.length; place++) {
      const forged = record.encoded.slice();
      forged[place]! ^= 1;
      expect(() => records.decode(forged)).toThrow();
      expect(() => records.decode(forged)).toThrow();
    }
  });
});
