import { expect, test } from 'vitest';
import { silentEnd } from '../../../src-main/causes/end-cause.ts';
import type { Direction, NodeEvent } from '../../../src-main/events/events.ts';
import { MinuteSessions } from '../../../src-main/stats/minute-sessions.ts';

const PEER = { name: '', ip: '192.0.2.1', port: 1 };
const added = (idHex: string, direction: Direction): NodeEvent => ({
  ...{ type: 'peer/added', idHex, direction, ...PEER },
});
const dropped = (idHex: string): NodeEvent => ({
  ...{ type: 'peer/dropped', idHex, direction: 'inbound', ...PEER, ageMs: 1, kind: 'dynamic' },
  ...{ capabilities: [], bytesIn: 0, bytesOut: 0 },
  cause: silentEnd('remote', 'running', 'client-quitting'),
});

test('counts each session once, when it is a minute old', () => {
  const sessions = new MinuteSessions();
  sessions.apply(added('aa', 'inbound'), 1_000);
  sessions.apply(added('bb', 'outbound'), 2_000);
  sessions.advance(60_999);
  expect(sessions.counts).toEqual({ inbound: 0, outbound: 0 });
  sessions.advance(61_000);
  expect(sessions.counts).toEqual({ inbound: 1, outbound: 0 });
  sessions.advance(120_000);
  sessions.advance(900_000);
  expect(sessions.counts).toEqual({ inbound: 1, outbound: 1 });
});

test('does not count a session that ended before, and keeps one that ended later', () => {
  const sessions = new MinuteSessions();
  sessions.apply(added('aa', 'inbound'), 0);
  sessions.apply(dropped('aa'), 59_000);
  sessions.apply(added('bb', 'inbound'), 60_000);
  sessions.apply(dropped('bb'), 121_000);
  sessions.advance(900_000);
  expect(sessions.counts).toEqual({ inbound: 1, outbound: 0 });
});

test('begins again with the node', () => {
  const sessions = new MinuteSessions();
  sessions.apply(added('aa', 'inbound'), 0);
  sessions.advance(60_000);
  sessions.apply(added('bb', 'inbound'), 60_000);
  sessions.apply({ type: 'node/phase', phase: 'starting' }, 60_000);
  sessions.advance(900_000);
  expect(sessions.counts).toEqual({ inbound: 0, outbound: 0 });
});
