import { describe, expect, it } from 'vitest';
import { VerifiedRecords } from '../../../../src-main/discovery/v5/verified-records.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { RecordedNode } from '../../../support/v5-transport.ts';

describe('VerifiedRecords', () => {
  const { record } = new RecordedNode(new SeededRandom(1), '81.0.0.1');

  it('returns a known record without another check', () => {
    const records = new VerifiedRecords();
    const first = records.decode(record.encoded);
    expect(first.encoded).toEqual(record.encoded);
    expect(records.decode(record.encoded.slice())).toBe(first);
  });

  it('refuses any changed record', () => {
    const records = new VerifiedRecords();
    records.decode(record.encoded);
    for (let at = 0; at < record.encoded.length; at++) {
      const forged = record.encoded.slice();
      forged[at]! ^= 1;
      expect(() => records.decode(forged)).toThrow();
      expect(() => records.decode(forged)).toThrow();
    }
  });
});
