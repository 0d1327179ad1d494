import { describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import {
  refuseAdmission,
  type AdmissionView,
  type PendingConnection,
} from '../../../src-main/server/admission.ts';
import { maxDialedPeers, maxInboundPeers } from '../../../src-main/server/limits.ts';

const OUTSIDE = '192.0.2.9';

const from = (idHex: string, direction: 'inbound' | 'outbound', ip = '192.0.2.1'): PendingConnection => ({
  idHex,
  direction,
  ip,
});

const banOf = (idHex: string): Ban => ({
  id: `node:${idHex}`,
  target: { kind: 'node', value: idHex },
  reason: 'spam',
  offence: null,
  by: 'user',
  createdAt: 0,
  until: null,
  name: null,
});

const view = (
  changes: Partial<AdmissionView> & {
    known?: string;
    trusted?: string;
    banned?: string;
    tied?: string;
  } = {},
): AdmissionView => ({
  limits: { maxPeers: 4, maxPendingInbound: 50, maxPendingOutbound: 50, dialRatio: 2 },
  peerCount: 0,
  inboundCount: 0,
  guard: {
    isAllowedAddress: (ip) => ip !== OUTSIDE,
    banOfAddress: () => undefined,
    banOfNode: (idHex) => (idHex === changes.banned ? banOf(idHex) : undefined),
  },
  takesOver: ({ idHex }) => idHex === changes.tied,
  isConnected: (idHex) => idHex === changes.known,
  isTrusted: (idHex) => idHex === changes.trusted,
  isSelf: (idHex) => idHex === 'self',
  ...changes,
});

describe('the limits', () => {
  it.each([
    [50, 3, 16, 34],
    [2, 3, 1, 1],
    [1, 3, 1, 0],
    [0, 3, 0, 0],
    [10, 1, 10, 0],
  ])('of %i peers with ratio %i allow %i outbound and %i inbound', (maxPeers, dialRatio, dialed, inbound) => {
    const limits = { maxPeers, dialRatio, maxPendingInbound: 50, maxPendingOutbound: 50 };
    expect([maxDialedPeers(limits), maxInboundPeers(limits)]).toEqual([dialed, inbound]);
  });
});

describe('the admission check', () => {
  it('admits a connection while there are free slots', () => {
    expect(refuseAdmission(from('a', 'inbound'), view({ peerCount: 3, inboundCount: 1 }))).toBeUndefined();
    expect(refuseAdmission(from('a', 'outbound'), view({ peerCount: 3, inboundCount: 2 }))).toBeUndefined();
  });

  it('distinguishes the limit on all peers from the limit on inbound peers', () => {
    expect(refuseAdmission(from('a', 'outbound'), view({ peerCount: 4 }))).toMatchObject({
      code: 'too-many-peers',
      params: { count: 4, limit: 4 },
    });
    expect(refuseAdmission(from('a', 'inbound'), view({ peerCount: 2, inboundCount: 2 }))).toMatchObject({
      code: 'too-many-inbound-peers',
      params: { count: 2, limit: 2 },
    });
  });

  it('admits trusted peers above the limits, but no second connection', () => {
    expect(
      refuseAdmission(from('a', 'inbound'), view({ peerCount: 4, inboundCount: 4, trusted: 'a' })),
    ).toBeUndefined();
    expect(
      refuseAdmission(from('a', 'inbound'), view({ peerCount: 4, trusted: 'a', known: 'a' }))?.code,
    ).toBe('already-connected');
  });

  it('refuses our own node ID, after the limits, as geth does', () => {
    expect(refuseAdmission(from('self', 'inbound'), view())).toMatchObject({
      code: 'self',
    });
    expect(refuseAdmission(from('self', 'inbound'), view({ peerCount: 4 }))?.code).toBe('too-many-peers');
    expect(refuseAdmission(from('b', 'inbound'), view({ peerCount: 4, known: 'b' }))?.code).toBe(
      'too-many-peers',
    );
  });

  it('refuses banned nodes and addresses outside the allowed networks first, also if trusted', () => {
    const full = { peerCount: 4, banned: 'a', trusted: 'a' };
    expect(refuseAdmission(from('a', 'inbound'), view(full))).toEqual({
      code: 'banned',
      params: { ban: 'node', network: '', reason: 'spam' },
    });
    expect(refuseAdmission(from('b', 'outbound', OUTSIDE), view(full))?.code).toBe('not-netrestricted');
  });

  it('admits a connection that replaces another, also above the limits', () => {
    const full = { peerCount: 4, inboundCount: 2, known: 'a', tied: 'a' };
    expect(refuseAdmission(from('a', 'inbound'), view(full))).toBeUndefined();
    expect(refuseAdmission(from('b', 'inbound'), view(full))?.code).toBe('too-many-peers');
  });
});
