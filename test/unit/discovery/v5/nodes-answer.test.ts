import { describe, expect, it } from 'vitest';
import { readNodesAnswer, type NodesRequest } from '../../../../src-main/discovery/v5/nodes-answer.ts';
import type { AddressFamily } from '../../../../src-main/base/network.ts';
import { decodeEnr } from '../../../../src-main/node-record/enr.ts';
import { logDistance } from '../../../../src-main/node-record/node-id.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { RecordedNode } from '../../../support/v5-transport.ts';

const random = new SeededRandom(3);
const queried = new RecordedNode(random, '81.0.0.1').node;
const self = new RecordedNode(random, '80.0.0.1');
const EVERY_DISTANCE = Array.from({ length: 257 }, (_, distance) => distance);

function requestWith(options: Partial<NodesRequest> = {}): NodesRequest {
  return {
    id: queried.id,
    ip: '81.0.0.1',
    distances: EVERY_DISTANCE,
    selfIdHex: self.node.idHex,
    decode: decodeEnr,
    allows: () => true,
    families: ['ipv4', 'ipv6'] as AddressFamily[],
    ...options,
  };
}

function read(records: readonly Uint8Array[], options: Partial<NodesRequest> = {}) {
  const reasons: string[] = [];
  const nodes = readNodesAnswer(records, requestWith(options), (reason) => reasons.push(reason));
  return { ids: nodes.map(({ idHex }) => idHex), reasons };
}

function recordOf(ip: string | undefined, entries = {}): Uint8Array {
  return new RecordedNode(random, ip, entries).record.encoded;
}

describe('an answer to FINDNODE', () => {
  const good = Array.from({ length: 20 }, (_, i) => new RecordedNode(random, `90.0.${String(i)}.1`));

  it('gives the nodes of verified records', () => {
    const wanted = good.slice(0, 3);
    const { ids, reasons } = read(wanted.map(({ record }) => record.encoded));
    expect(ids).toEqual(wanted.map(({ node }) => node.idHex));
    expect(reasons).toEqual([]);
  });

  it('is limited to 16 records before their signatures are checked', () => {
    const junk = new Uint8Array(100);
    const records = [...Array.from({ length: 16 }, () => junk), ...good.map(({ record }) => record.encoded)];
    const { ids, reasons } = read(records);
    expect(ids).toEqual([]);
    expect(reasons.filter((reason) => reason === 'record-unreadable').length).toBe(16);
    expect(reasons.filter((reason) => reason === 'record-excess').length).toBe(20);
  });

  it('drops records with an invalid signature, and duplicates', () => {
    const [first] = good;
    const forged = first!.record.encoded.slice();
    forged[10]! ^= 1;
    expect(read([forged, first!.record.encoded, first!.record.encoded])).toEqual({
      ids: [first!.node.idHex],
      reasons: ['record-unreadable', 'record-duplicate'],
    });
  });

  it('drops nodes at distances that were not requested', () => {
    const [first, second] = [good[0]!, good[1]!];
    const distances = [logDistance(queried.id, first.node.id)];
    const others = good.filter(({ node }) => !distances.includes(logDistance(queried.id, node.id)));
    const records = [first, others[0] ?? second].map(({ record }) => record.encoded);
    expect(read(records, { distances })).toEqual({
      ids: [first.node.idHex],
      reasons: ['record-wrong-distance'],
    });
  });

  it.each([
    ['no address', undefined],
    ['a LAN address', '192.168.0.1'],
    ['a loopback address', '127.0.0.1'],
    ['a documentation address', '192.0.2.1'],
    ['the unspecified address', '0.0.0.0'],
  ])('drops nodes with %s', (_, ip) => {
    expect(read([recordOf(ip)])).toEqual({ ids: [], reasons: ['record-bad-address'] });
  });

  it('may contain LAN and loopback addresses if the sender has such an address', () => {
    expect(read([recordOf('192.168.0.1')], { ip: '192.168.0.9' }).ids.length).toBe(1);
    expect(read([recordOf('127.0.0.1')], { ip: '127.0.0.1' }).ids.length).toBe(1);
  });

  it('drops nodes at system ports and outside the allowed networks', () => {
    expect(read([recordOf('90.1.0.1', { udp: 1_024 })]).reasons).toEqual(['record-low-port']);
    expect(read([recordOf('90.1.0.1', { udp: 1_025 })]).reasons).toEqual([]);
    expect(read([recordOf('90.1.0.1')], { allows: () => false }).reasons).toEqual(['record-not-allowed']);
  });

  it('may contain our own record, which is skipped without an error', () => {
    expect(read([self.record.encoded])).toEqual({ ids: [], reasons: [] });
  });
});
