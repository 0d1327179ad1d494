import { describe, expect, it } from 'vitest';
import { countRecordKeys, formatNodeSet, parseNodeSet } from '../../../src-main/crawl/node-set.ts';
import { enrToText } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf } from '../../../src-main/node-record/node-factory.ts';
import { crawled, setOf, signedNode } from '../../support/crawled.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom(3);
const TIMES = {
  firstResponse: Date.UTC(2026, 0, 2),
  lastResponse: Date.UTC(2026, 0, 3, 4, 5, 6),
  lastCheck: Date.UTC(2026, 0, 4),
};

describe('nodes.json', () => {
  it('is written as the devp2p tool writes it', () => {
    const node = signedNode(random, {}, 2n ** 64n - 2n);
    expect(formatNodeSet(setOf(crawled(node, { ...TIMES, score: 7 })))).toBe(`{
    "${node.idHex}": {
        "seq": 18446744073709551614,
        "record": "${enrToText(node.record!)}",
        "score": 7,
        "firstResponse": "2026-01-02T00:00:00Z",
        "lastResponse": "2026-01-03T04:05:06Z",
        "lastCheck": "2026-01-04T00:00:00Z"
    }
}`);
    expect(formatNodeSet(new Map())).toBe('{}');
  });

  it('is sorted by ID, and reads back unchanged', () => {
    const nodes = Array.from({ length: 20 }, (_, at) =>
      crawled(signedNode(random, {}, BigInt(at)), { ...TIMES, score: at }),
    );
    const set = setOf(...nodes);
    const read = parseNodeSet(formatNodeSet(set));
    expect([...read.keys()]).toEqual([...set.keys()].sort());
    for (const [id, { node, ...checks }] of read) {
      expect(checks).toEqual({ ...TIMES, score: set.get(id)!.score });
      expect(node.record!.encoded).toEqual(set.get(id)!.node.record!.encoded);
    }
  });

  it('accepts nodes that never answered, and Go’s zero time', () => {
    const node = { ...signedNode(random), record: undefined, seq: 0n };
    const text = `{"${node.idHex}": {"seq": 0, "record": "${enodeUrlOf(node)}",
      "firstResponse": "0001-01-01T00:00:00Z", "lastResponse": "0001-01-01T00:00:00Z",
      "lastCheck": "2026-01-04T00:00:00.75+01:00"}}`;
    const read = parseNodeSet(text).get(node.idHex);
    expect(read).toMatchObject({ score: 0, firstResponse: 0, lastCheck: Date.UTC(2026, 0, 3, 23) });
    expect(parseNodeSet(formatNodeSet(setOf(read!)))).toEqual(setOf(read!));
  });

  it.each([
    ['invalid-json', () => '{'],
    ['no-node-set', () => '[]'],
    ['no-node-set', () => 'null'],
    ['invalid-node', (id: string, record: string) => `{"0x${id}": {"seq": 1, "record": "${record}"}}`],
    ['invalid-node', (id: string, record: string) => `{"${id}": {"seq": 2, "record": "${record}"}}`],
    ['invalid-node', (id: string) => `{"${id}": {"seq": 1, "record": "enr:-xx"}}`],
    ['invalid-node', (id: string) => `{"${id}": 1}`],
    ['invalid-node', (id: string, record: string) => `{"${id.replace(/./, '_')}": {"record": "${record}"}}`],
    [
      'invalid-node',
      (id: string, record: string) => `{"${id}": {"seq": 1, "record": "${record}", "score": -1}}`,
    ],
    [
      'invalid-node',
      (id: string, record: string) => `{"${id}": {"seq": 1, "record": "${record}", "lastCheck": "soon"}}`,
    ],
    [
      'invalid-node',
      (_: string, record: string) => `{"${'0'.repeat(64)}": {"seq": 1, "record": "${record}"}}`,
    ],
  ] as const)('is refused with %s', (code, make) => {
    const node = signedNode(random);
    expect(() => parseNodeSet(make(node.idHex, enrToText(node.record!)))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('counts the keys of the records', () => {
    const set = setOf(crawled(signedNode(random)), crawled(signedNode(random, { quic: 9 })));
    expect([...countRecordKeys(set)]).toEqual([
      ['id', 2],
      ['ip', 2],
      ['quic', 1],
      ['secp256k1', 2],
      ['tcp', 2],
      ['udp', 2],
    ]);
  });
});
