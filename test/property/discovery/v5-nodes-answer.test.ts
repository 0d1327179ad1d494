import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupDistances } from '../../../src-main/discovery/v5/lookup-distances.ts';
import { readNodesAnswer } from '../../../src-main/discovery/v5/nodes-answer.ts';
import { VerifiedRecords } from '../../../src-main/discovery/v5/verified-records.ts';
import { logDistance } from '../../../src-main/node-record/node-id.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { RecordedNode } from '../../support/v5-transport.ts';

const random = new SeededRandom(8);
const good = Array.from({ length: 24 }, (_, i) => new RecordedNode(random, `90.0.${String(i)}.1`));
const id = random.bytes(32);

/** A valid record, one with a changed byte, or random bytes. */
const record = fc.oneof(
  fc.constantFrom(...good).map((node) => node.record.encoded),
  fc.tuple(fc.constantFrom(...good), fc.nat(), fc.integer({ min: 1, max: 255 })).map(([node, at, flip]) => {
    const bytes = node.record.encoded.slice();
    bytes[at % bytes.length]! ^= flip;
    return bytes;
  }),
  fc.uint8Array({ maxLength: 300 }),
);

const verified = new VerifiedRecords();

describe('an answer to FINDNODE with any records', () => {
  it('gives at most 16 nodes, each once and at a requested distance, and throws nothing', () => {
    const distance = fc.integer({ min: 0, max: 256 });
    const answer = fc.tuple(fc.array(record, { maxLength: 30 }), fc.array(distance, { maxLength: 200 }));
    fc.assert(
      fc.property(answer, ([records, distances]) => {
        let dropped = 0;
        const nodes = readNodesAnswer(
          records,
          {
            id,
            ip: '81.0.0.1',
            distances,
            selfIdHex: '',
            decode: (bytes) => verified.decode(bytes),
            allows: () => true,
            families: ['ipv4'],
          },
          () => dropped++,
        );
        expect(nodes.length).toBeLessThanOrEqual(16);
        expect(nodes.length + dropped).toBe(records.length);
        expect(new Set(nodes.map(({ idHex }) => idHex)).size).toBe(nodes.length);
        for (const node of nodes) {
          expect(distances).toContain(logDistance(id, node.id));
          expect(good.some((other) => other.record.encoded.join() === node.record?.encoded.join())).toBe(
            true,
          );
        }
      }),
    );
  });
});

describe('the distances of a lookup', () => {
  it('are three different ones from 0 to 256, that of the target first', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, (target, nodeId) => {
        const distances = lookupDistances(target, nodeId);
        expect(distances[0]).toBe(logDistance(target, nodeId));
        expect(new Set(distances).size).toBe(3);
        for (const distance of distances) expect(distance >= 0 && distance <= 256).toBe(true);
      }),
    );
  });
});
