import { describe, expect, it } from 'vitest';
import { NODE_LISTS } from '../../../shared/model/node-list.ts';
import {
  refuseNode,
  refuseNodeCount,
  type NodeCheckRules,
  type NodeToCheck,
} from '../../../shared/node-check.ts';

const GOOD: NodeToCheck = { ips: ['203.0.113.7'], hostname: undefined, tcp: 30_303, udp: 30_303 };
const at = (...ips: string[]): NodeToCheck => ({ ...GOOD, ips });

describe('the check of a node for a list', () => {
  it.each(NODE_LISTS)('accepts a valid node, a DNS name and an allowed address for %s', (list) => {
    expect(refuseNode(list, GOOD)).toBeUndefined();
    expect(refuseNode(list, { ...GOOD, ips: [], hostname: 'node.example' })).toBeUndefined();
    const allows = (ip: string): boolean => ip === '2001:db8::1';
    expect(refuseNode(list, at('203.0.113.7', '2001:db8::1'), { allows })).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', 'unspecified-address'],
    ['::', 'unspecified-address'],
    ['::ffff:0.0.0.0', 'unspecified-address'],
    ['224.0.0.1', 'multicast-address'],
    ['239.255.255.250', 'multicast-address'],
    ['ff02::1', 'multicast-address'],
    ['::ffff:224.0.0.1', 'multicast-address'],
    ['0.1.2.3', 'reserved-address'],
    ['240.0.0.1', 'reserved-address'],
    ['255.255.255.255', 'reserved-address'],
  ])('refuses %s, with and without a valid address beside it', (ip, code) => {
    for (const list of NODE_LISTS) {
      expect(refuseNode(list, at(ip))).toMatchObject({ code });
      expect(refuseNode(list, at('203.0.113.7', ip))).toMatchObject({ code });
    }
  });

  it.each(['223.255.255.255', '1.0.0.0', '127.0.0.1', '10.1.2.3', '::1', 'fe80::1', '100.64.0.1'])(
    'accepts %s, which a host may have',
    (ip) => {
      expect(refuseNode('static', at(ip))).toBeUndefined();
    },
  );

  it.each<[NodeCheckRules, string]>([
    [{ isOwn: true, isListed: true, allows: () => false }, 'own-node'],
    [{ isListed: true, allows: () => false }, 'duplicate-node'],
    [{ allows: () => false }, 'not-netrestricted'],
  ])('gives one reason if several apply: %o', (rules, code) => {
    expect(refuseNode('static', GOOD, rules)).toMatchObject({ code });
  });

  it('requires an address and a UDP port for a bootnode', () => {
    const noAddress = { ips: [], hostname: undefined, tcp: 0, udp: 0 };
    expect(refuseNode('bootnodes', noAddress)).toMatchObject({ code: 'no-address' });
    expect(refuseNode('bootnodes', { ...GOOD, udp: 0 })).toMatchObject({ code: 'no-udp-port' });
    expect(refuseNode('static', noAddress)).toBeUndefined();
    expect(refuseNode('trusted', { ...GOOD, udp: 0 })).toBeUndefined();
  });

  it('refuses a static node that has an address and TCP port 0', () => {
    const noTcp = { ...GOOD, tcp: 0 };
    expect(refuseNode('static', noTcp)).toMatchObject({ code: 'no-tcp-port' });
    const named = { ...noTcp, ips: [], hostname: 'node.example' };
    expect(refuseNode('static', named)).toMatchObject({ code: 'no-tcp-port' });
    // Discovery finds its endpoint.
    expect(refuseNode('static', { ...noTcp, ips: [] })).toBeUndefined();
    for (const list of ['trusted', 'bootnodes'] as const) expect(refuseNode(list, noTcp)).toBeUndefined();
  });

  it('finds two nodes in one text with any separator', () => {
    for (const gap of [' ', '\n', ',', ', ', ';', ''])
      expect(refuseNodeCount(`enode://a@1.2.3.4:1${gap}ENODE://b@1.2.3.4:1`)).toMatchObject({
        code: 'two-nodes',
      });
    expect(refuseNodeCount('enr:-a\nenr:-b')).toMatchObject({ code: 'two-nodes' });
    expect(refuseNodeCount('enode://a@1.2.3.4:1 enr:-b')).toMatchObject({ code: 'two-nodes' });
    expect(refuseNodeCount('enode://a@1.2.3.4:1')).toBeUndefined();
    expect(refuseNodeCount('')).toBeUndefined();
  });
});
