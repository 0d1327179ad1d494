import type { NodeStatus } from '../../shared/model/node.ts';
import type { InboundContacts } from '../../shared/model/own-node.ts';
import type { OwnNodeFacts } from '../../src-main/doctor/own-facts.ts';
import { FakeBackend } from './fake-backend.ts';

export const NOW = 1_800_000_000_000;
export const HOUR = 3_600_000;

export const contactsOf = (outside = 0, local = 0): InboundContacts => ({
  outside,
  local,
  newestAt: outside > 0 ? NOW - 240_000 : null,
});

/** A node that has run for three hours, listens on both families and is reached by all four ways. */
export function ownFacts(
  change: Partial<OwnNodeFacts> = {},
  statusChange: Partial<NodeStatus> = {},
): OwnNodeFacts {
  const base = new FakeBackend().status();
  const status: NodeStatus = {
    ...base,
    startedAt: NOW - 3 * HOUR,
    network: {
      ...base.network,
      name: 'mainnet',
      demo: false,
      forkId: { hash: '0x07c9462e', next: '0' },
    },
    listening: [
      { protocol: 'tcp', ip: '0.0.0.0', port: 30303 },
      { protocol: 'tcp', ip: '::', port: 30303 },
      { protocol: 'udp', ip: '0.0.0.0', port: 30303 },
      { protocol: 'udp', ip: '::', port: 30303 },
    ],
    external: [
      { ip: '203.0.113.7', source: 'votes', votes: 41 },
      { ip: '2001:db8::7', source: 'votes', votes: 12 },
    ],
    peers: { ...base.peers, total: 37, inbound: 21, outbound: 16 },
    nat: {
      method: 'any',
      state: 'mapped',
      gateway: 'UPnP at 192.168.1.1',
      mappings: [
        { protocol: 'tcp', internalPort: 30303, externalPort: 30303, expiresAt: NOW + 49 * 60_000 },
        { protocol: 'udp', internalPort: 30303, externalPort: 30303, expiresAt: NOW + 50 * 60_000 },
      ],
      failure: null,
      nextTryAt: null,
    },
    clock: { offsetMs: 40, samples: 41 },
    ...statusChange,
  };
  return {
    now: NOW,
    status,
    confined: false,
    discovery: { v4: true, v5: true },
    contacts: {
      tcp: { ipv4: contactsOf(12), ipv6: contactsOf(3) },
      udp: { ipv4: contactsOf(37, 2), ipv6: contactsOf(212) },
    },
    reported: {
      ipv4: [
        { ip: '203.0.113.7', port: 30303, votes: 41 },
        { ip: '198.51.100.1', port: 30303, votes: 2 },
      ],
      ipv6: [{ ip: '2001:db8::7', port: 30303, votes: 12 }],
    },
    record: {
      seq: 1747n,
      ip: '203.0.113.7',
      udp: 30303,
      tcp: 30303,
      ip6: '2001:db8::7',
      udp6: 30303,
      tcp6: 30303,
      forkHash: '0x07c9462e',
    },
    recordRequests: { asked: 19, answered: 19 },
    nodesOnOurFork: 104,
    strangeFork: undefined,
    ...change,
  };
}
